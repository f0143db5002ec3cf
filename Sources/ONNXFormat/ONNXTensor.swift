/// A tensor that a file holds, or tells where to find.
public struct ONNXTensor: Sendable, Equatable {
  /// Its elements.
  public enum Elements: Sendable, Equatable {
    /// 32-bit floats.
    case f32([Float])
    /// Bytes.
    case u8([UInt8])
    /// Signed bytes.
    case s8([Int8])
    /// 32-bit integers.
    case s32([Int32])
    /// 64-bit integers.
    case s64([Int64])
    /// 64-bit floats.
    case f64([Double])
    /// Elements of a type that Octavo does not read.
    case other(ONNXElement)
    /// Elements in another file.
    case external(ONNXElement, ONNXExternalData)
  }

  /// Its name; that of the value it is.
  public var name: String
  /// Its sides; none for a single number.
  public var shape: [Int]
  /// Its elements, row-major.
  public var elements: Elements

  /// A tensor of the given elements.
  public init(_ name: String, shape: [Int], _ elements: Elements) {
    (self.name, self.shape, self.elements) = (name, shape, elements)
  }

  /// A single number.
  public init(_ name: String, scalar: Float) { self.init(name, shape: [], .f32([scalar])) }

  /// The type of its elements.
  public var type: ONNXElement {
    switch elements {
    case .f32: .f32
    case .u8: .u8
    case .s8: .s8
    case .s32: .s32
    case .s64: .s64
    case .f64: .f64
    case .other(let type), .external(let type, _): type
    }
  }

  /// The tensor with elements that another file held.
  /// - Parameter bytes: little-endian, exactly its own.
  /// - Throws: `ONNXError` for another number of bytes than the shape needs.
  public func filled(with bytes: some Sequence<UInt8>) throws(ONNXError) -> ONNXTensor {
    try ONNXTensor(name, shape: shape, type, raw: Array(bytes))
  }
}

/// Where the elements of a tensor are, when they are not in the model's own file.
public struct ONNXExternalData: Sendable, Equatable {
  /// A file's path, from the folder of the model.
  public var location: String
  /// The first byte there.
  public var offset: Int
  /// How many bytes; nil for all that follow.
  public var length: Int?

  /// Some bytes of a file.
  public init(location: String, offset: Int = 0, length: Int? = nil) {
    (self.location, self.offset, self.length) = (location, offset, length)
  }
}

extension ONNXTensor {
  /// A tensor of little-endian bytes.
  init(_ name: String, shape: [Int], _ type: ONNXElement, raw: [UInt8]) throws(ONNXError) {
    let count = try Self.count(shape, of: name)
    let size: Int
    let elements: Elements
    switch type {
    case .f32: (size, elements) = (4, .f32(raw.littleEndian(UInt32.self).map { Float(bitPattern: $0) }))
    case .u8: (size, elements) = (1, .u8(raw))
    case .s8: (size, elements) = (1, .s8(raw.map { Int8(bitPattern: $0) }))
    case .s32: (size, elements) = (4, .s32(raw.littleEndian(UInt32.self).map { Int32(bitPattern: $0) }))
    case .s64: (size, elements) = (8, .s64(raw.littleEndian(UInt64.self).map { Int64(bitPattern: $0) }))
    case .f64: (size, elements) = (8, .f64(raw.littleEndian(UInt64.self).map { Double(bitPattern: $0) }))
    default:
      self.init(name, shape: shape, .other(type))
      return
    }
    // Divided, not multiplied: a shape may name more bytes than there are numbers.
    guard raw.count.isMultiple(of: size), raw.count / size == count else {
      throw .wrongSize(tensor: name, shape: shape, elementBytes: size, found: raw.count)
    }
    self.init(name, shape: shape, elements)
  }

  /// How many elements a shape has.
  static func count(_ shape: [Int], of name: String) throws(ONNXError) -> Int {
    var count = 1
    for side in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: side)
      guard side >= 0, !overflows else { throw .badShape(tensor: name, shape: shape) }
      count = product
    }
    return count
  }

  /// Its elements as little-endian bytes; nil for those that are not there.
  var raw: [UInt8]? {
    switch elements {
    case .f32(let values): values.map(\.bitPattern.littleEndian).bytes
    case .u8(let values): values
    case .s8(let values): values.map { UInt8(bitPattern: $0) }
    case .s32(let values): values.map(\.littleEndian).bytes
    case .s64(let values): values.map(\.littleEndian).bytes
    case .f64(let values): values.map(\.bitPattern.littleEndian).bytes
    case .other, .external: nil
    }
  }
}

extension [UInt8] {
  /// The integers that whole groups of bytes are, the lowest byte first.
  fileprivate func littleEndian<Word: FixedWidthInteger>(_: Word.Type) -> [Word] {
    withUnsafeBytes { bytes in
      let size = MemoryLayout<Word>.size
      return (0..<bytes.count / size).map {
        Word(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Word.self))
      }
    }
  }
}

extension Array where Element: FixedWidthInteger {
  /// The bytes in memory.
  fileprivate var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
