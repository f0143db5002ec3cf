/// The sizes of a tensor's dimensions, outermost first, in row-major (C) order.
///
/// An empty shape is a scalar: one element. A zero anywhere makes the tensor empty.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The size of each dimension, none negative.
  public let dimensions: [Int]

  /// A shape of the given sizes.
  /// - Precondition: no size is negative.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "a shape has no negative dimension: \(dimensions)")
    self.dimensions = dimensions
  }

  /// `[16, 1, 3, 3]`.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The number of dimensions.
  public var rank: Int { dimensions.count }

  /// The number of elements: the product of all sizes.
  /// - Precondition: the product fits in `Int`.
  public var count: Int { dimensions.reduce(1, *) }

  /// The size of one dimension.
  public subscript(index: Int) -> Int { dimensions[index] }

  /// `[16, 1, 3, 3]`.
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
