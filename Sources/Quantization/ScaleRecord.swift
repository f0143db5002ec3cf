import Tensors

/// A chosen scale, with the tensor and channel that it serves and the observed range that it was made from.
public struct ScaleRecord: Sendable, Equatable {
  /// The tensor: a layer's name for its output, `<layer>.weight` for its weight.
  public let tensor: String
  /// The output channel, 0 where one scale serves the whole tensor.
  public let channel: Int
  /// Scale, zero point and range.
  public let parameters: QuantizationParameters
  /// How the tensor is quantized.
  public let scheme: TensorScheme
  /// What the observer saw, nil where it saw nothing.
  public let observed: ObservedRange?
  /// Why the scale is larger than the observed range asks for; nil where it is not.
  public let raisedFor: ScaleRaise?

  /// A record of the given parts.
  public init(
    tensor: String, channel: Int = 0, parameters: QuantizationParameters, scheme: TensorScheme,
    observed: ObservedRange, raisedFor: ScaleRaise? = nil
  ) {
    self.tensor = tensor
    self.channel = channel
    self.parameters = parameters
    self.scheme = scheme
    self.observed = observed == .empty ? nil : observed
    self.raisedFor = raisedFor
  }
}

/// Why a scale is larger than its tensor's range asks for.
public enum ScaleRaise: String, Sendable, CaseIterable {
  /// The channel's bias would not fit an accumulator: `NumericProfile.leastWeightScale`.
  case bias
  /// The range asks for less than the least scale of the profile: `NumericProfile.leastScale`. Values are rounded more
  /// coarsely than their range deserves, at worst all to zero.
  case leastScale = "least_scale"
}
