import Tensors

/// Batch normalization: weight, bias, running_mean and running_var, one of each per channel.
public struct BatchNorm2d: OperationKind, Equatable {
  package static let type = "batchNorm2d"
  /// Added to the variance.
  public var epsilon: Float = 1e-5
  /// The weight of a new batch in the running statistics.
  public var momentum: Float = 0.1

  /// A batch normalization with PyTorch's constants unless told otherwise.
  public init(epsilon: Float = 1e-5, momentum: Float = 0.1) {
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// A batch normalization as a network file has it; absent keys take PyTorch's defaults.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      epsilon: try keys.value(.epsilon, default: 1e-5), momentum: try keys.value(.momentum, default: 0.1))
  }

  package var operation: Operation { .batchNorm2d(self) }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    let image = try image(inputs[0])
    guard epsilon > 0, epsilon.isFinite else { throw OperationError("epsilon must be above 0") }
    guard (0...1).contains(momentum) else { throw OperationError("momentum must be within 0...1") }
    return ActivationShape(image: image, isFlat: false)
  }

  /// It is folded into the convolution before it, or stays float.
  package var outputScale: OutputScale? { nil }

  package func multiplications(input: ImageShape, output: ImageShape) -> Int { output.count }

  package func parameters(of input: ImageShape) -> [(name: String, shape: Shape)] {
    ["weight", "bias", "running_mean", "running_var"].map { ($0, Shape([input.channels])) }
  }

  /// A new one changes nothing.
  package func start(of parameter: String) -> ParameterStart {
    .constant(parameter == "weight" || parameter == "running_var" ? 1 : 0)
  }

  /// PyTorch's counter of the batches that it has seen.
  package var unusedTensors: [String] { ["num_batches_tracked"] }
}
