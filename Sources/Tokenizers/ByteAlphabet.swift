/// GPT-2's way to spell any bytes as printable text, in which files of byte-level vocabularies write their pieces: a
/// printable byte of Latin-1 is the character of its number, and the 68 others are those from U+0100 on, in order.
/// A blank is `Ġ`, a newline `Ċ`.
public enum ByteAlphabet {
  /// The character of each byte.
  private static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
      }
    }
  }()

  /// The byte of each character.
  private static let bytes = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8(truncatingIfNeeded: $0)) })

  /// The bytes that a text spells, nil where one of its characters is not of the alphabet: control pieces may hold such,
  /// and mean them as they stand.
  public static func bytes(of text: String) -> [UInt8]? {
    var spelt: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      spelt.append(byte)
    }
    return spelt
  }

  /// The bytes that a text in UTF-8 spells, nil where it is none, and as above.
  package static func bytes(of text: some Collection<UInt8>) -> [UInt8]? {
    String(validating: text, as: UTF8.self).flatMap { bytes(of: $0) }
  }

  /// The text that spells the given bytes.
  public static func text(of bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(scalars[Int(byte)]) }
    return String(text)
  }
}

extension Vocabulary {
  /// The merges that lines of two pieces say, each spelt in GPT-2's alphabet with one blank between, `Ġ t` say; the
  /// first of equal pieces is meant.
  /// - Throws: `VocabularyError.badMerge` for a line that is no two pieces.
  public static func merges(_ lines: some Sequence<String>, pieces: [[UInt8]]) throws(VocabularyError) -> [Merge] {
    let tokens = Dictionary(zip(pieces, Int32(0)...), uniquingKeysWith: { first, _ in first })
    var merges: [Merge] = []
    for (index, line) in lines.enumerated() {
      let halves = line.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
        .map { ByteAlphabet.bytes(of: String($0)) ?? Array(String($0).utf8) }
      guard halves.count == 2, let left = tokens[halves[0]], let right = tokens[halves[1]] else {
        throw .badMerge(index: index, expected: "two pieces with one blank between", found: quoted(line.utf8))
      }
      merges.append(Merge(left, right))
    }
    return merges
  }
}
