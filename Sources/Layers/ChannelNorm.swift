/// A batch normalization's numbers, one of each per channel, and how they fold into the convolution before it: as in
/// PyTorch, in f32 and in this order,
///
///     r = 1 / sqrt(var + epsilon);  W' = W * (gamma * r);  b' = ((b - mean) * r) * gamma + beta
public struct ChannelNorm: Sendable, Equatable {
  /// Its constants.
  public let settings: BatchNorm2d
  /// What a normalized value is multiplied by.
  public internal(set) var gamma: [Float]
  /// What is added then.
  public internal(set) var beta: [Float]
  /// The running mean.
  public private(set) var mean: [Float]
  /// The running variance.
  public private(set) var variance: [Float]

  /// The numbers of a layer of a model.
  /// - Precondition: the model has it, and it is a batch normalization of those constants.
  init(_ settings: BatchNorm2d, of layer: String, in model: FloatModel) {
    self.settings = settings
    gamma = model.values("\(layer).weight")
    beta = model.values("\(layer).bias")
    mean = model.values("\(layer).running_mean")
    variance = model.values("\(layer).running_var")
  }

  /// One over the running standard deviation, r.
  var reciprocals: [Float] { reciprocals(of: variance) }

  /// One over the standard deviation of some variance.
  func reciprocals(of variance: [Float]) -> [Float] { variance.map { 1 / ($0 + settings.epsilon).squareRoot() } }

  /// What the weights of each channel are multiplied by, gamma * r.
  var factors: [Float] { zip(gamma, reciprocals).map { $0 * $1 } }

  /// The convolution's bias with the normalization in it, b'.
  func folded(bias: [Float]) -> [Float] {
    let reciprocals = reciprocals
    return gamma.indices.map { channel in
      let normalized = (bias[channel] - mean[channel]) * reciprocals[channel]
      let scaled = normalized * gamma[channel]
      return scaled + beta[channel]
    }
  }

  /// Moves a channel's running statistics towards a batch's, s = s + momentum * (batch - s), as PyTorch with the
  /// unbiased variance.
  mutating func move(_ channel: Int, mean batchMean: Double, unbiasedVariance: Double) {
    mean[channel] += settings.momentum * (Float(batchMean) - mean[channel])
    variance[channel] += settings.momentum * (Float(unbiasedVariance) - variance[channel])
  }
}
