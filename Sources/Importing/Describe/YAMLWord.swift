/// A text as one word of YAML.
enum YAMLWord {
  private static let reserved: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

  /// The text as YAML reads it back: as it is where it can only be a word, in quotes otherwise. A number would be one:
  /// modules of a `Sequential` are called `0` and `2`.
  static func quoted(_ text: String) -> String {
    let isWord = text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "._-".utf8.contains($0) }
    if isWord, text.utf8.first.map(isLetter) == true, !reserved.contains(text.lowercased()) { return text }
    return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) || byte == 0x5F }

  /// A character between quotes. Those that end a line, to YAML or to a terminal, are spelt.
  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"", "\\": return "\\\(scalar)"
    case _ where scalar.value >= 0x20 && scalar.value < 0x7F || scalar.properties.isAlphabetic: return String(scalar)
    default:
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
  }
}
