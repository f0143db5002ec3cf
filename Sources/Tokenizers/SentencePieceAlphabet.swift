/// How SentencePiece's files spell pieces: a blank as `▁` (U+2581), a byte's piece as `<0x0A>`.
public enum SentencePieceAlphabet {
  private static let blank: [UInt8] = [0xE2, 0x96, 0x81]

  /// The bytes of a piece that is spelt so, nil where a byte's piece is not of that form.
  public static func bytes(of spelt: some Sequence<UInt8>, kind: Vocabulary.Kind) -> [UInt8]? {
    let spelt = Array(spelt)
    switch kind {
    case .byte: return byte(of: spelt).map { [$0] }
    case .control, .unknown: return spelt
    case .normal, .userDefined, .unused: return withBlanks(spelt)
    }
  }

  /// The byte that `<0x0A>` names, nil for anything else; its digits are upper case.
  static func byte(of spelt: [UInt8]) -> UInt8? {
    guard spelt.count == 6, let byte = UInt8(String(decoding: spelt[3..<5], as: UTF8.self), radix: 16) else {
      return nil
    }
    return spelt == text(of: byte) ? byte : nil
  }

  /// `<0x0A>`.
  package static func text(of byte: UInt8) -> [UInt8] { Array("<\(hexadecimal(byte))>".utf8) }

  /// A text with blanks where it has SentencePiece's sign for one.
  package static func withBlanks(_ spelt: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = 0
    while index < spelt.count {
      let isBlank = spelt[index...].starts(with: blank)
      bytes.append(isBlank ? 0x20 : spelt[index])
      index += isBlank ? blank.count : 1
    }
    return bytes
  }

  /// A text with SentencePiece's sign where it has a blank.
  package static func withSigns(_ bytes: [UInt8]) -> [UInt8] { bytes.flatMap { $0 == 0x20 ? blank : [$0] } }
}
