/// Batch normalization of each feature of a vector: weight, bias, running_mean and running_var, one of each per feature.
public struct BatchNorm1d: Normalization, Equatable {
  package static let type = "batchNorm1d"
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

  package var operation: Operation { .batchNorm1d(self) }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    guard inputs[0].isFlat else {
      throw OperationError("batchNorm1d needs a vector, found an image \(inputs[0]); take batchNorm2d, or add flatten")
    }
    guard inputs[0].image.height * inputs[0].image.width == 1 else {
      throw OperationError(
        "batchNorm1d needs features of their own, found a flattened image \(inputs[0].image); normalize before flatten")
    }
    try requireConstants()
    return inputs[0]
  }
}
