/// Why a file, or a list of parts, is no vocabulary that Octavo reads. The caller adds the file's name.
public enum VocabularyError: Error, Equatable, CustomStringConvertible {
  /// A part that holds more or fewer things than there are pieces, or none where some are needed.
  case wrongCount(part: String, expected: String, found: Int)
  /// A token's piece, kind or score that cannot be, or is not there where the algorithm needs it.
  case badPiece(token: Int, expected: String, found: String)
  /// Bytes that no piece stands for, where text that no piece holds must become bytes: the first of them.
  case noBytePiece(byte: UInt8, missing: Int)
  /// A token that the vocabulary has not, as beginning, end or half of a merge.
  case noToken(role: String, found: Int, count: Int)
  /// A merge that cannot be read, or whose two pieces are together none.
  case badMerge(index: Int, expected: String, found: String)
  /// Bytes that end before all tokens are read, or do not end with the last.
  case wrongSize(tokens: Int, expected: String, found: Int)
  /// A length of a piece that cannot be.
  case badLength(token: Int, offset: Int, expected: String, found: Int)
  /// A tensor of a vocabulary that is missing, or of another type or shape.
  case badTensor(name: String, expected: String, found: String)
  /// A value of a vocabulary's metadata that is missing or no such value.
  case badMetadata(key: String, expected: String, found: String)
  /// A SentencePiece model, or a vocabulary to write, that asks for what Octavo does not do.
  case notSupported(what: String, expected: String, found: String)

  /// One line: what, where, expected, found, what to do.
  public var description: String {
    switch self {
    case .wrongCount(let part, let expected, let found): "vocabulary: \(part): expected \(expected), found \(found)"
    case .badPiece(let token, let expected, let found): "token \(token): expected \(expected), found \(found)"
    case .noBytePiece(let byte, let missing):
      "vocabulary: expected a byte's piece for each of 256 bytes, found none for \(hexadecimal(byte)) "
        + "(\(missing) are missing)"
    case .noToken(let role, let found, let count): "\(role): expected a token below \(count), found \(found)"
    case .badMerge(let index, let expected, let found): "merge \(index): expected \(expected), found \(found)"
    case .wrongSize(let tokens, let expected, let found):
      "\(tokens) tokens: expected \(expected), found a file of \(found) bytes; is it the tokenizer of this model?"
    case .badLength(let token, let offset, let expected, let found):
      "token \(token), byte \(offset): expected a length \(expected), found \(found); is it a tokenizer.bin?"
    case .badTensor(let name, let expected, let found): "tensor '\(name)': expected \(expected), found \(found)"
    case .badMetadata(let key, let expected, let found): "metadata '\(key)': expected \(expected), found \(found)"
    case .notSupported(let what, let expected, let found): "\(what): expected \(expected), found \(found)"
    }
  }
}

/// `0x0A`.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return byte < 16 ? "0x0\(digits)" : "0x\(digits)"
}

/// Bytes of a file as they stand in a message: one line of ASCII, and not long whatever they are.
func quoted(_ bytes: some Collection<UInt8>) -> String {
  let limit = 40
  let text = bytes.prefix(limit).map { byte in
    (0x20..<0x7F).contains(byte) ? String(Unicode.Scalar(byte)) : #"\x"# + hexadecimal(byte).dropFirst(2)
  }
  return bytes.count > limit ? "'\(text.joined())…'" : "'\(text.joined())'"
}
