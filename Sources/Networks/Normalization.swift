import Tensors

/// What a batch normalization's file says of it.
public struct NormalizationConstants: Sendable, Equatable, Codable {
  /// Added to the variance.
  public var epsilon: Float
  /// The weight of a new batch in the running statistics.
  public var momentum: Float
  /// Whether max(x, 0) follows, fused into the layer.
  public var relu: Bool

  enum CodingKeys: String, CodingKey { case epsilon, momentum, relu }

  init(epsilon: Float, momentum: Float, relu: Bool) {
    (self.epsilon, self.momentum, self.relu) = (epsilon, momentum, relu)
  }

  /// The constants of a network file; absent keys take PyTorch's defaults.
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
}

/// A batch normalization: of each channel c,
///
///     y = (x - mean[c]) / sqrt(var[c] + epsilon) * weight[c] + bias[c]
///
/// with a batch's own mean and variance in training, the running ones otherwise.
package protocol Normalization: Rectifiable {
  /// What its file says.
  var constants: NormalizationConstants { get set }
}

extension Normalization {
  /// Added to the variance.
  package var epsilon: Float { constants.epsilon }
  /// The weight of a new batch in the running statistics.
  package var momentum: Float { constants.momentum }

  package var relu: Bool {
    get { constants.relu }
    set { constants.relu = newValue }
  }

  package var outline: String { type + (relu ? ", relu" : "") }

  /// Checks the constants.
  func requireConstants() throws(OperationError) {
    guard epsilon > 0, epsilon.isFinite else { throw OperationError("epsilon must be above 0") }
    guard (0...1).contains(momentum) else { throw OperationError("momentum must be within 0...1") }
  }

  package var outputScale: OutputScale { .own }

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
