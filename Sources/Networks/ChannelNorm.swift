/// A batch normalization's numbers, one of each per channel, and how they fold into the product before it: as in
/// PyTorch, in f32 and in this order,
///
///     r = 1 / sqrt(var + epsilon);  W' = W * (gamma * r);  b' = ((b - mean) * r) * gamma + beta
public struct ChannelNorm: Sendable, Equatable {
  /// Added to the variance.
  package let epsilon: Float
  private let momentum: Float
  /// What a normalized value is multiplied by.
  public package(set) var gamma: [Float]
  /// What is added then.
  public package(set) var beta: [Float]
  /// The running mean.
  public private(set) var mean: [Float]
  /// The running variance.
  public private(set) var variance: [Float]

  /// The numbers of a layer.
  /// - Parameter values: a parameter's values by its name within the layer.
  package init(_ norm: any Normalization, values: (String) -> [Float]) {
    (epsilon, momentum) = (norm.epsilon, norm.momentum)
    gamma = values("weight")
    beta = values("bias")
    mean = values("running_mean")
    variance = values("running_var")
  }

  /// One over the running standard deviation, r.
  package var reciprocals: [Float] { reciprocals(of: variance) }

  /// One over the standard deviation of some variance.
  package func reciprocals(of variance: [Float]) -> [Float] {
    variance.map { 1 / ($0 + epsilon).squareRoot() }
  }

  /// What the weights of each channel are multiplied by, gamma * r.
  package var factors: [Float] { zip(gamma, reciprocals).map { $0 * $1 } }

  /// The product's bias with the normalization in it, b'.
  package func folded(bias: [Float]) -> [Float] {
    let reciprocals = reciprocals
    return gamma.indices.map { channel in
      let normalized = (bias[channel] - mean[channel]) * reciprocals[channel]
      let scaled = normalized * gamma[channel]
      return scaled + beta[channel]
    }
  }

  /// The running statistics: the means, then the variances.
  package var statistics: [Float] {
    get { mean + variance }
    set {
      precondition(newValue.count == mean.count + variance.count, "a mean and a variance for each channel")
      (mean, variance) = (Array(newValue[..<mean.count]), Array(newValue[mean.count...]))
    }
  }

  /// Moves a channel's running statistics towards a batch's, s = s + momentum * (batch - s), as PyTorch with the
  /// unbiased variance.
  package mutating func move(_ channel: Int, mean batchMean: Double, unbiasedVariance: Double) {
    mean[channel] += momentum * (Float(batchMean) - mean[channel])
    variance[channel] += momentum * (Float(unbiasedVariance) - variance[channel])
  }
}
