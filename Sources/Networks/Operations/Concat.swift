/// The channels of several values, one after the other.
public struct Concat: OperationKind, Equatable {
  package static let type = "concat"

  package var operation: Operation { .concat }

  package var inputCounts: ClosedRange<Int> { 2...Layer.largestSize }

  /// Flattened images join as their channels do: PyTorch's vector goes channel by channel.
  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    var joined = inputs[0]
    for input in inputs.dropFirst() {
      guard input.isFlat == joined.isFlat, input.image.height == joined.image.height,
        input.image.width == joined.image.width
      else {
        throw OperationError(
          "concat needs values of one height and width, found "
            + inputs.map { $0.isFlat ? "\($0) of \($0.image)" : "\($0)" }.joined(separator: " and "))
      }
      joined.image.channels += input.image.channels
    }
    try require(joined.image.channels, "channels", atLeast: 1)
    return joined
  }

  package var outputScale: OutputScale { .own }
}
