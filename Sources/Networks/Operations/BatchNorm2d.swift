/// Batch normalization of each channel of an image: weight, bias, running_mean and running_var, one of each per channel.
public struct BatchNorm2d: Normalization, Equatable {
  package static let type = "batchNorm2d"
  /// What its file says of it.
  public var constants: NormalizationConstants

  /// A batch normalization with PyTorch's constants unless told otherwise.
  public init(epsilon: Float = 1e-5, momentum: Float = 0.1, relu: Bool = false) {
    constants = NormalizationConstants(epsilon: epsilon, momentum: momentum, relu: relu)
  }

  /// A batch normalization as a network file has it.
  public init(from decoder: any Decoder) throws { constants = try NormalizationConstants(from: decoder) }

  /// The keys as a network file has them.
  public func encode(to encoder: any Encoder) throws { try constants.encode(to: encoder) }

  package var operation: Operation { .batchNorm2d(self) }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    let image = try image(inputs[0])
    try requireConstants()
    return ActivationShape(image: image, isFlat: false)
  }
}
