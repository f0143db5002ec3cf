/// min(max(x, 0), 6).
public struct ReLU6: OperationKind, Equatable {
  package static let type = "relu6"

  package var operation: Operation { .relu6 }

  package func shape(of inputs: [ActivationShape]) -> ActivationShape { inputs[0] }

  /// Integers are clamped to those of 0 and 6.
  package var outputScale: OutputScale { .sameAsInput }
}
