/// Reads the tokens of a safetensors header: JSON objects, arrays, strings and unsigned integers.
///
/// Foundation's decoder silently keeps one of two duplicate keys, and general JSON nests without limit. The
/// header's grammar has a fixed depth, so the caller walks it with loops, and no input makes anything recurse:
///
/// ```
/// try scanner.beginObject()
/// while let key = try scanner.nextKey() { … }
/// ```
package struct HeaderScanner {
  private let bytes: [UInt8]
  private let origin: Int
  private var index = 0
  /// Whether the innermost open object or array has yielded nothing yet, so that no comma is due. One flag is
  /// enough for any depth: whoever returns from an inner container has just read a member of the outer one.
  private var isAtFirst = false

  /// A scanner at the start of `bytes`, valid UTF-8; `origin` is where in the file they start, for messages.
  package init(_ bytes: [UInt8], origin: Int = 0) {
    self.bytes = bytes
    self.origin = origin
  }

  /// Where in the file the next byte stands.
  package var position: Int { origin + index }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func unexpected(_ expected: String) -> SafetensorsError {
    .syntax(position: position, expected: expected, found: current)
  }

  private mutating func skipWhitespace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  /// Steps over whitespace and, where it comes next, over `byte`.
  private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    skipWhitespace()
    guard current == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ byte: Unicode.Scalar) throws(SafetensorsError) {
    guard skip(byte) else { throw unexpected("'\(byte)'") }
  }

  // MARK: Containers

  /// Reads `{`.
  package mutating func beginObject() throws(SafetensorsError) {
    try expect("{")
    isAtFirst = true
  }

  /// Reads the next key and its `:`, or `}` and returns nil.
  package mutating func nextKey() throws(SafetensorsError) -> String? {
    guard try nextMember(end: "}") else { return nil }
    let key = try string()
    try expect(":")
    return key
  }

  /// Reads `[`.
  package mutating func beginArray() throws(SafetensorsError) {
    try expect("[")
    isAtFirst = true
  }

  /// Reads the next integer of an array, or `]` and returns nil.
  package mutating func nextInteger() throws(SafetensorsError) -> Int? {
    guard try nextMember(end: "]") else { return nil }
    return try integer()
  }

  /// Reads the comma before a member, or the container's end and returns false.
  private mutating func nextMember(end: Unicode.Scalar) throws(SafetensorsError) -> Bool {
    let needsComma = !isAtFirst
    isAtFirst = false
    if skip(end) { return false }
    if needsComma, !skip(",") { throw unexpected("',' or '\(end)'") }
    return true
  }

  /// Checks that only spaces follow, the padding that the format allows.
  package mutating func finish() throws(SafetensorsError) {
    while current == 0x20 { index += 1 }
    if current != nil { throw .headerNotObject(position: position) }
  }

  // MARK: Values

  /// Whether a string comes next.
  package mutating func isAtString() -> Bool {
    skipWhitespace()
    return current == UInt8(ascii: "\"")
  }

  /// Reads an integer: digits without sign, fraction, exponent or leading zero.
  package mutating func integer() throws(SafetensorsError) -> Int {
    skipWhitespace()
    let start = position
    let first = index
    var value = 0
    while let byte = current, (0x30...0x39).contains(byte) {
      if index > first, value == 0 { throw unexpected("no digit after a leading zero") }
      let (product, productOverflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflows) = product.addingReportingOverflow(Int(byte - 0x30))
      if productOverflows || sumOverflows { throw .numberOverflow(position: start) }
      value = sum
      index += 1
    }
    if index == first { throw unexpected("an unsigned integer") }
    return value
  }

  /// Reads a string and resolves its escapes.
  package mutating func string() throws(SafetensorsError) -> String {
    guard skip("\"") else { throw unexpected("a string") }
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        // The header is valid UTF-8, it is cut only at ASCII bytes, and escapes add whole scalars: nothing here
        // is repaired.
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text.append(contentsOf: try escape().utf8)
      case 0..<0x20:
        throw .controlCharacter(position: position)
      default:
        text.append(byte)
        index += 1
      }
    }
    throw unexpected("the end of a string")
  }

  /// Reads one escape, from its backslash on; a surrogate pair is one.
  private mutating func escape() throws(SafetensorsError) -> Unicode.Scalar {
    let start = position
    index += 1
    guard let letter = current else { throw .badEscape(position: start) }
    index += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw .badEscape(position: start)
    }
    let unit = try hexUnit(from: start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(unit), current == UInt8(ascii: "\\"), index + 1 < bytes.count,
      bytes[index + 1] == UInt8(ascii: "u")
    else { throw .loneSurrogate(position: start) }
    index += 2
    let trail = try hexUnit(from: start)
    guard UTF16.isTrailSurrogate(trail) else { throw .loneSurrogate(position: start) }
    return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
  }

  /// Reads the four hexadecimal digits of a `\u` escape that started at `start`.
  private mutating func hexUnit(from start: Int) throws(SafetensorsError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw .badEscape(position: start)
      }
      unit = unit << 4 | UInt16(digit)
      index += 1
    }
    return unit
  }
}
