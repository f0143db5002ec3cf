/// In training, each value is zero with a probability, and the others are scaled up by as much. Otherwise nothing.
public struct Dropout: OperationKind, Equatable {
  package static let type = "dropout"
  /// The probability that a value becomes zero.
  public var probability: Float

  /// A dropout, with PyTorch's probability unless told otherwise.
  public init(probability: Float = 0.5) { self.probability = probability }

  /// A dropout as a network file has it.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(probability: try keys.value(.probability, default: 0.5))
  }

  package var operation: Operation { .dropout(self) }

  package var outline: String { "dropout \(probability)" }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    guard (0..<1).contains(probability) else {
      throw OperationError("probability must be within 0..<1, found \(probability)")
    }
    return inputs[0]
  }

  package var outputScale: OutputScale { .sameAsInput }
}
