import TransformerFormats

/// Reads a GGUF file's header from first to last. Whatever a length or a count says, nothing is read past the file's
/// end and nothing is set aside before it is there.
struct GGUFScanner {
  private let bytes: UnsafeRawBufferPointer
  /// Where the next byte stands.
  private(set) var position = 0

  /// The longest key and the longest name that the format has.
  private static let (longestKey, longestName) = (65_535, 64)

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Steps over bytes that must be there.
  mutating func skip(_ count: UInt64, _ what: @autoclosure () -> String) throws(GGUFError) -> Range<Int> {
    let available = bytes.count - position
    guard count <= UInt64(available) else {
      throw .truncated(what: what(), offset: position, needed: count, available: available)
    }
    let start = position
    position += Int(count)
    return start..<position
  }

  mutating func number<T: FixedWidthInteger & BitwiseCopyable>(
    _ what: @autoclosure () -> String, as type: T.Type = T.self
  ) throws(GGUFError) -> T {
    let range = try skip(UInt64(MemoryLayout<T>.size), what())
    return bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self)
  }

  /// Reads a key: ASCII.
  mutating func key() throws(GGUFError) -> String {
    let start = position
    let text = try name("a key", limit: Self.longestKey)
    guard text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { throw .badName(what: "a key", offset: start) }
    return text
  }

  /// Reads a tensor's name.
  mutating func tensorName() throws(GGUFError) -> String { try name("a tensor's name", limit: Self.longestName) }

  private mutating func name(_ what: String, limit: Int) throws(GGUFError) -> String {
    let start = position
    let count: UInt64 = try number(what)
    guard count <= UInt64(limit) else { throw .longName(what: what, offset: start, limit: limit, found: count) }
    let range = try skip(count, what)
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw .badName(what: what, offset: start) }
    return text
  }

  /// Steps over the value of a key; strings and arrays stay in the file.
  mutating func value(of key: String) throws(GGUFError) -> GGUFValue {
    let number: UInt32 = try number("the type of key '\(key)'")
    guard let type = GGUFValueType(rawValue: number) else { throw .valueType(key: key, found: number) }
    switch type {
    case .string: return .string(try string(of: key))
    case .array: return .array(try array(of: key))
    default:
      let range = try skip(UInt64(type.byteCount), "the value of key '\(key)'")
      if type == .bool { try checkFlags(range, of: key) }
      return GGUFValue(UnsafeRawBufferPointer(rebasing: bytes[range]), as: type)
    }
  }

  private mutating func string(of key: String) throws(GGUFError) -> Range<Int> {
    let count: UInt64 = try number("a string of key '\(key)'")
    return try skip(count, "a string of key '\(key)'")
  }

  private mutating func array(of key: String) throws(GGUFError) -> GGUFArray {
    let number: UInt32 = try number("the type of the array of key '\(key)'")
    guard let type = GGUFValueType(rawValue: number) else { throw .valueType(key: key, found: number) }
    let count: UInt64 = try self.number("the count of the array of key '\(key)'")
    let start = position
    switch type {
    case .array: throw .nested(key: key)
    case .string:
      // A string has eight bytes at least: the file ends before a wrong count does.
      var index: UInt64 = 0
      while index < count {
        _ = try string(of: key)
        index += 1
      }
    default:
      let (byteCount, overflows) = count.multipliedReportingOverflow(by: UInt64(type.byteCount))
      let range = try skip(overflows ? .max : byteCount, "the array of key '\(key)'")
      if type == .bool { try checkFlags(range, of: key) }
    }
    return GGUFArray(kind: type, count: Int(count), range: start..<position)
  }

  private func checkFlags(_ range: Range<Int>, of key: String) throws(GGUFError) {
    for offset in range where bytes[offset] > 1 { throw .flag(key: key, offset: offset, found: bytes[offset]) }
  }
}
