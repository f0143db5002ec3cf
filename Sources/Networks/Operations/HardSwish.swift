/// x * min(max(x + 3, 0), 6) / 6.
public struct HardSwish: OperationKind, Equatable {
  package static let type = "hardSwish"

  package var operation: Operation { .hardSwish }

  package func shape(of inputs: [ActivationShape]) -> ActivationShape { inputs[0] }

  package var outputScale: OutputScale { .own }
}
