/// The sum of two values of one shape: a residual connection.
public struct Add: Rectifiable, Equatable {
  package static let type = "add"
  /// Whether max(x, 0) follows, fused into this layer.
  public var relu = false

  /// A sum, with or without a ReLU behind it.
  public init(relu: Bool = false) { self.relu = relu }

  /// A sum as a network file has it.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(relu: try keys.value(.relu, default: false))
  }

  package var operation: Operation { .add(self) }

  package var outline: String { "add" + (relu ? ", relu" : "") }

  package var inputCounts: ClosedRange<Int> { 2...2 }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    guard inputs[0] == inputs[1] else {
      throw OperationError("add needs two values of one shape, found \(inputs[0]) and \(inputs[1])")
    }
    return inputs[0]
  }

  package var outputScale: OutputScale { .own }
}
