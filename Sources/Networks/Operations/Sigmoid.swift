/// 1 / (1 + exp(-x)).
public struct Sigmoid: OperationKind, Equatable {
  package static let type = "sigmoid"

  package var operation: Operation { .sigmoid }

  package func shape(of inputs: [ActivationShape]) -> ActivationShape { inputs[0] }

  package var outputScale: OutputScale { .own }
}
