/// A named network's value at rest: a shape and its elements in row-major order. It computes nothing.
public struct Tensor: Sendable, Equatable {
  /// The elements, by type.
  public enum Storage: Sendable, Equatable {
    /// 32-bit floats.
    case f32([Float])
    /// Signed bytes.
    case s8([Int8])
    /// Unsigned bytes.
    case u8([UInt8])
    /// Signed 32-bit integers.
    case s32([Int32])
  }

  /// The size of each dimension.
  public let shape: Shape
  /// The elements, `shape.count` of them.
  public let storage: Storage

  /// A tensor of 32-bit floats.
  /// - Precondition: `values.count == shape.count`; likewise for the other element types.
  public init(_ shape: Shape, _ values: [Float]) { self.init(shape: shape, storage: .f32(values)) }

  /// A tensor of signed bytes.
  public init(_ shape: Shape, _ values: [Int8]) { self.init(shape: shape, storage: .s8(values)) }

  /// A tensor of unsigned bytes.
  public init(_ shape: Shape, _ values: [UInt8]) { self.init(shape: shape, storage: .u8(values)) }

  /// A tensor of signed 32-bit integers.
  public init(_ shape: Shape, _ values: [Int32]) { self.init(shape: shape, storage: .s32(values)) }

  /// A tensor of the given storage.
  /// - Precondition: the storage holds `shape.count` elements.
  public init(shape: Shape, storage: Storage) {
    let count =
      switch storage {
      case .f32(let values): values.count
      case .s8(let values): values.count
      case .u8(let values): values.count
      case .s32(let values): values.count
      }
    precondition(count == shape.count, "shape \(shape) holds \(shape.count) elements, not \(count)")
    self.shape = shape
    self.storage = storage
  }

  /// The element type.
  public var dtype: DType {
    switch storage {
    case .f32: .f32
    case .s8: .s8
    case .u8: .u8
    case .s32: .s32
    }
  }

  /// Bytes of all elements.
  public var byteCount: Int { shape.count * dtype.byteCount }

  /// The elements when they are 32-bit floats, else nil; likewise below.
  public var f32: [Float]? { if case .f32(let values) = storage { values } else { nil } }

  /// The elements when they are signed bytes, else nil.
  public var s8: [Int8]? { if case .s8(let values) = storage { values } else { nil } }

  /// The elements when they are unsigned bytes, else nil.
  public var u8: [UInt8]? { if case .u8(let values) = storage { values } else { nil } }

  /// The elements when they are signed 32-bit integers, else nil.
  public var s32: [Int32]? { if case .s32(let values) = storage { values } else { nil } }
}
