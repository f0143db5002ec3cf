/// Why bytes are not a SentencePiece model that Octavo reads. The caller adds the file's name.
public enum SentencePieceError: Error, Equatable, CustomStringConvertible {
  /// More bytes than a Protocol Buffers message may have.
  case tooLong(byteCount: Int, limit: Int)
  /// The bytes are no Protocol Buffers message of that form.
  case notAMessage
  /// A message without pieces.
  case noPieces

  /// One line: what, expected, found.
  public var description: String {
    switch self {
    case .tooLong(let byteCount, let limit):
      "expected a SentencePiece model of at most \(limit) bytes, found \(byteCount)"
    case .notAMessage: "expected a SentencePiece model, found bytes that are no such Protocol Buffers message"
    case .noPieces: "expected a SentencePiece model, found a message without pieces"
    }
  }
}
