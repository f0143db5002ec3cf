import Tensors

/// What a safetensors file says of a tensor before it holds its elements.
public struct TensorDeclaration: Sendable, Equatable {
  /// The tensor's name.
  public let name: String
  /// The type of its elements.
  public let dtype: DType
  /// The size of each dimension.
  public let shape: Shape

  /// A tensor of the given name, type and shape.
  public init(_ name: String, _ dtype: DType, _ shape: Shape) {
    self.name = name
    self.dtype = dtype
    self.shape = shape
  }
}
