/// max(x, 0) as a layer of its own.
public struct ReLU: OperationKind, Equatable {
  package static let type = "relu"

  package var operation: Operation { .relu }

  package func shape(of inputs: [ActivationShape]) -> ActivationShape { inputs[0] }

  /// Integers below the zero point become the zero point.
  package var outputScale: OutputScale { .sameAsInput }
}
