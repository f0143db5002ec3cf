/// x where it is positive, else x times a slope.
public struct LeakyReLU: OperationKind, Equatable {
  package static let type = "leakyRelu"
  /// What negative values are multiplied by.
  public var slope: Float

  /// A leaky ReLU, with PyTorch's slope unless told otherwise.
  public init(slope: Float = 0.01) { self.slope = slope }

  /// A leaky ReLU as a network file has it.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(slope: try keys.value(.slope, default: 0.01))
  }

  package var operation: Operation { .leakyReLU(self) }

  package var outline: String { "leakyRelu, slope \(slope)" }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    guard slope.isFinite else { throw OperationError("slope must be a finite number, found \(slope)") }
    return inputs[0]
  }

  package var outputScale: OutputScale { .own }
}
