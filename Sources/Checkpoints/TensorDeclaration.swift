import Tensors

/// What a safetensors file says of a tensor before it holds its elements.
public struct TensorDeclaration: Sendable, Equatable {
  /// The tensor's name.
  public let name: String
  /// The type of its elements once they are read.
  public let dtype: DType
  /// The half floats in which the file holds its elements, which are then read as f32; nil where it holds them as they
  /// are.
  public let half: HalfFloat?
  /// The size of each dimension.
  public let shape: Shape

  /// A tensor of the given name, type and shape.
  public init(_ name: String, _ dtype: DType, _ shape: Shape) {
    (self.name, self.dtype, self.shape) = (name, dtype, shape)
    half = nil
  }

  /// A tensor of half floats.
  public init(_ name: String, _ half: HalfFloat, _ shape: Shape) {
    (self.name, self.half, self.shape) = (name, half, shape)
    dtype = .f32
  }

  /// Bytes of one element in the file.
  public var byteCount: Int { half == nil ? dtype.byteCount : HalfFloat.byteCount }
}
