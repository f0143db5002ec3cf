/// A tensor that stands in a file and that Octavo does not hold, for its elements are none of `DType`'s.
///
/// A file with such a tensor is as good as any other. Who needs the tensor says that it cannot be used.
public struct ForeignTensor: Sendable, Equatable, CustomStringConvertible {
  /// The element type, in the file's own word: `F64`.
  public let dtype: String
  /// The size of each dimension.
  public let shape: Shape

  /// A tensor of the given element type and shape.
  public init(dtype: String, shape: Shape) {
    self.dtype = dtype
    self.shape = shape
  }

  /// `F64 [10, 72]`.
  public var description: String { "\(dtype) \(shape)" }
}
