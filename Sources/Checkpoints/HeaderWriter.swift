/// Writes the tokens of a safetensors header: JSON without whitespace.
struct HeaderWriter {
  private(set) var bytes: [UInt8] = []
  /// Whether the innermost open object has no member yet.
  private var isAtFirst = false

  private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Writes a string in quotes, escaping only what JSON demands.
  mutating func string(_ text: String) {
    raw("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case 0x08: raw("\\b")
      case 0x09: raw("\\t")
      case 0x0A: raw("\\n")
      case 0x0C: raw("\\f")
      case 0x0D: raw("\\r")
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        raw("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes.append(byte)
      }
    }
    raw("\"")
  }

  /// Writes integers in brackets.
  mutating func integers(_ values: [Int]) {
    raw("[" + values.map(String.init).joined(separator: ",") + "]")
  }

  /// Writes `{`.
  mutating func beginObject() {
    raw("{")
    isAtFirst = true
  }

  /// Writes a member's key, after a comma where one is due; the caller writes its value.
  mutating func key(_ key: String) {
    if !isAtFirst { raw(",") }
    isAtFirst = false
    string(key)
    raw(":")
  }

  /// Writes `}`.
  mutating func endObject() {
    raw("}")
    isAtFirst = false
  }

  /// Appends spaces until the length is a multiple of `alignment`.
  mutating func pad(to alignment: Int) {
    while !bytes.count.isMultiple(of: alignment) { bytes.append(0x20) }
  }
}
