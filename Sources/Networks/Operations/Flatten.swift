/// An image as a vector, channel by channel, row by row.
public struct Flatten: OperationKind, Equatable {
  package static let type = "flatten"

  package var operation: Operation { .flatten }

  package func shape(of inputs: [ActivationShape]) -> ActivationShape {
    ActivationShape(image: inputs[0].image, isFlat: true)
  }

  /// The vector is the same memory: linear layers know the order of its features.
  package var isView: Bool { true }

  package var outputScale: OutputScale { .sameAsInput }
}
