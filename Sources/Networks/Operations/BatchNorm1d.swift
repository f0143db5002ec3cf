/// Batch normalization of each feature of a vector: weight, bias, running_mean and running_var, one of each per feature.
public struct BatchNorm1d: Normalization, Equatable {
  package static let type = "batchNorm1d"
  /// Added to the variance.
  public var epsilon: Float = 1e-5
  /// The weight of a new batch in the running statistics.
  public var momentum: Float = 0.1
  /// Whether max(x, 0) follows, fused into this layer.
  public var relu = false

  enum CodingKeys: String, CodingKey { case epsilon, momentum, relu }

  /// A batch normalization with PyTorch's constants unless told otherwise.
  public init(epsilon: Float = 1e-5, momentum: Float = 0.1, relu: Bool = false) {
    self.epsilon = epsilon
    self.momentum = momentum
    self.relu = relu
  }

  /// A batch normalization as a network file has it; absent keys take PyTorch's defaults.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      epsilon: try keys.value(.epsilon, default: 1e-5), momentum: try keys.value(.momentum, default: 0.1),
      relu: try keys.value(.relu, default: false))
  }

  /// The keys as a network file has them.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(epsilon, forKey: .epsilon)
    try keys.encode(momentum, forKey: .momentum)
    if relu { try keys.encode(relu, forKey: .relu) }
  }

  package var operation: Operation { .batchNorm1d(self) }

  package var outline: String { "batchNorm1d" + (relu ? ", relu" : "") }

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
