import Tensors

/// A scale with its story: which tensor and channel it serves, and what it was made from.
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

  /// A record of the given parts.
  public init(
    tensor: String, channel: Int = 0, parameters: QuantizationParameters, scheme: TensorScheme,
    observed: ObservedRange
  ) {
    self.tensor = tensor
    self.channel = channel
    self.parameters = parameters
    self.scheme = scheme
    self.observed = observed == .empty ? nil : observed
  }
}
