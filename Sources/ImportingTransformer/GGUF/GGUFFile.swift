import Files
import TransformerFormats

/// A GGUF file's keys and tensors, all of which lie within it: versions 2 and 3, little-endian.
///
/// The format is that of docs/gguf.md (github.com/ggml-org/ggml), and a little stricter: no key and no name stands
/// twice, no array holds arrays, and no two tensors share a byte.
struct GGUFFile: Sendable {
  /// The file.
  let content: FileBytes
  /// The values by key.
  private(set) var values: [String: GGUFValue] = [:]
  /// The tensors, in the file's order.
  private(set) var tensors: [GGUFTensor] = []
  /// Where the data start.
  private(set) var dataStart = 0

  /// Reads a file's header.
  /// - Throws: `GGUFError`.
  init(_ content: FileBytes) throws(GGUFError) {
    self.content = content
    let header = content.withUnsafeBytes { bytes in
      Result { () throws(GGUFError) in try Self.header(bytes) }
    }
    (values, tensors, dataStart) = try header.get()
    try checkPlaces(alignment: alignment())
  }

  private static func header(
    _ bytes: UnsafeRawBufferPointer
  ) throws(GGUFError) -> ([String: GGUFValue], [GGUFTensor], end: Int) {
    guard bytes.starts(with: Array("GGUF".utf8)) else { throw .notGGUF }
    var scanner = GGUFScanner(bytes)
    _ = try scanner.skip(4, "the header")
    let version: UInt32 = try scanner.number("the header")
    guard version != 0, version & 0xFFFF != 0 else { throw version == 0 ? .version(0) : .bigEndian }
    guard version == 2 || version == 3 else { throw .version(version) }
    let tensorCount: UInt64 = try scanner.number("the header")
    let keyCount: UInt64 = try scanner.number("the header")
    var values: [String: GGUFValue] = [:]
    var index: UInt64 = 0
    while index < keyCount {
      let start = scanner.position
      let key = try scanner.key()
      guard values.updateValue(try scanner.value(of: key), forKey: key) == nil else {
        throw .duplicate(what: "key", name: key, offset: start)
      }
      index += 1
    }
    var (tensors, names): ([GGUFTensor], Set<String>) = ([], [])
    index = 0
    while index < tensorCount {
      let start = scanner.position
      let tensor = try GGUFTensor(&scanner)
      guard names.insert(tensor.name).inserted else {
        throw .duplicate(what: "tensor", name: tensor.name, offset: start)
      }
      tensors.append(tensor)
      index += 1
    }
    return (values, tensors, scanner.position)
  }

  /// What every tensor's place is a multiple of.
  private func alignment() throws(GGUFError) -> Int {
    let key = "general.alignment"
    let alignment = try integer(key) ?? 32
    guard alignment > 0, alignment & (alignment - 1) == 0, alignment <= 1 << 30 else {
      throw .key(key, expected: "a power of two up to 2^30", found: "\(alignment)")
    }
    return alignment
  }

  /// Checks that all tensors of known size lie in the file and apart from each other.
  private mutating func checkPlaces(alignment: Int) throws(GGUFError) {
    // No overflow: a file's size is far from 2^63.
    dataStart = (dataStart + alignment - 1) / alignment * alignment
    let available = max(0, content.count - dataStart)
    for tensor in tensors {
      guard tensor.offset % alignment == 0 else {
        throw .unaligned(tensor: tensor.name, alignment: alignment, found: UInt64(tensor.offset))
      }
      let byteCount = tensor.byteCount ?? 0
      guard tensor.offset <= available, byteCount <= available - tensor.offset else {
        throw .beyondFile(
          tensor: tensor.name, offset: UInt64(tensor.offset), bytes: byteCount, available: available)
      }
    }
    let places = tensors.sorted { $0.offset < $1.offset }
    for (tensor, next) in zip(places, places.dropFirst()) {
      let end = tensor.offset + (tensor.byteCount ?? 0)
      guard end <= next.offset else {
        throw .overlap(tensor: next.name, offset: next.offset, other: tensor.name, end: end)
      }
    }
  }
}

// MARK: Values by key

extension GGUFFile {
  /// An integer of any width; nil where there is no such key. Likewise below.
  /// - Throws: `GGUFError.key` for a value of another type.
  func integer(_ key: String) throws(GGUFError) -> Int? {
    switch values[key] {
    case nil: nil
    case .integer(let number): number
    case let value?: throw .key(key, expected: "an integer", found: described(value))
    }
  }

  /// A float of either width.
  func float(_ key: String) throws(GGUFError) -> Double? {
    switch values[key] {
    case nil: nil
    case .float(let number): number
    case let value?: throw .key(key, expected: "a float", found: described(value))
    }
  }

  /// Yes or no.
  func bool(_ key: String) throws(GGUFError) -> Bool? {
    switch values[key] {
    case nil: nil
    case .bool(let bool): bool
    case let value?: throw .key(key, expected: "true or false", found: described(value))
    }
  }

  /// A text.
  func string(_ key: String) throws(GGUFError) -> String? {
    guard let value = values[key] else { return nil }
    guard case .string(let range) = value, let text = text(range) else {
      throw .key(key, expected: "a text", found: described(value))
    }
    return text
  }

  /// The strings of an array, as bytes.
  func strings(_ key: String) throws(GGUFError) -> [[UInt8]]? {
    guard let array = try array(key, of: "strings", { $0 == .string }) else { return nil }
    return content.withUnsafeBytes { bytes in
      var strings: [[UInt8]] = []
      var position = array.range.lowerBound
      for _ in 0..<array.count {
        let start = position + 8
        position = start + Int(bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        strings.append([UInt8](bytes[start..<position]))
      }
      return strings
    }
  }

  /// The floats of an array.
  func floats(_ key: String) throws(GGUFError) -> [Float]? {
    guard let array = try array(key, of: "f32", { $0 == .f32 }) else { return nil }
    return content.withUnsafeBytes { bytes in
      (0..<array.count).map {
        bytes.loadUnaligned(fromByteOffset: array.range.lowerBound + 4 * $0, as: Float.self)
      }
    }
  }

  /// The integers of an array, which have four bytes.
  func integers(_ key: String) throws(GGUFError) -> [Int]? {
    guard let array = try array(key, of: "32-bit integers", { $0 == .s32 || $0 == .u32 }) else { return nil }
    return content.withUnsafeBytes { bytes in
      (0..<array.count).map {
        let bits = bytes.loadUnaligned(fromByteOffset: array.range.lowerBound + 4 * $0, as: UInt32.self)
        return array.kind == .s32 ? Int(Int32(bitPattern: bits)) : Int(bits)
      }
    }
  }

  private func array(
    _ key: String, of what: String, _ fits: (GGUFValueType) -> Bool
  ) throws(GGUFError) -> GGUFArray? {
    guard let value = values[key] else { return nil }
    guard case .array(let array) = value, fits(array.kind) else {
      throw .key(key, expected: "an array of \(what)", found: described(value))
    }
    return array
  }

  private func text(_ range: Range<Int>) -> String? {
    content.withUnsafeBytes { String(validating: $0[range], as: UTF8.self) }
  }

  /// A value as it stands in a message.
  func described(_ value: GGUFValue) -> String {
    switch value {
    case .integer(let number): "\(number)"
    case .huge(let number): "\(number)"
    case .float(let number): "\(number)"
    case .bool(let bool): "\(bool)"
    // Long texts are cut before they are copied.
    case .string(let range): text(range.prefix(400)).map(quoted) ?? "a text of \(range.count) bytes"
    case .array(let array): "an array of \(array.count) \(array.kind)"
    }
  }
}
