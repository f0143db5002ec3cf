/// Probabilities, at a network's end: exp(x) over the sum of all classes'.
///
/// What leaves a network are scores: classes are ranked, losses taken and models compared by what enters its softmax,
/// as PyTorch's cross-entropy wants it. It is kept in the network for those who read it; engines leave it out.
public struct Softmax: OperationKind, Equatable {
  package static let type = "softmax"

  package var operation: Operation { .softmax }

  package func shape(of inputs: [ActivationShape]) -> ActivationShape { inputs[0] }

  package var outputScale: OutputScale { .real }
}
