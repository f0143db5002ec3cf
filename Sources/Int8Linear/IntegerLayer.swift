import Quantization

/// The numbers of a product from integers to integers.
public struct IntegerLayer: Sendable, Equatable {
  /// A bias, in steps of the accumulator: input scale times the channel's weight scale.
  public enum Bias: Sendable, Equatable {
    /// Added to the accumulator.
    case s32([Int32])
    /// A float bias in real units, as the FBGEMM profile keeps it.
    case f32([Float])
  }

  /// The weight.
  public let weight: QuantizedWeight
  /// One bias per output channel.
  public let bias: Bias
  /// From accumulator to output steps, one per output channel.
  public let multipliers: [Float]

  /// A layer of the given numbers.
  public init(weight: QuantizedWeight, bias: Bias, multipliers: [Float]) {
    self.weight = weight
    self.bias = bias
    self.multipliers = multipliers
  }
}
