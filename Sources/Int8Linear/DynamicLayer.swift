import Quantization

/// The numbers of a product that quantizes its input anew at each call.
public struct DynamicLayer: Sendable, Equatable {
  /// The weight.
  public let weight: QuantizedWeight
  /// One float bias per output channel, nil for none.
  public let bias: [Float]?
  /// How the input is quantized.
  public let activations: DynamicActivations

  /// A layer of the given parts.
  public init(weight: QuantizedWeight, bias: [Float]?, activations: DynamicActivations) {
    self.weight = weight
    self.bias = bias
    self.activations = activations
  }
}

/// How a layer quantizes its input at each call.
public struct DynamicActivations: Sendable, Equatable {
  /// One scale for the call, or one for each image of it.
  public let granularity: Granularity
  /// The integers in use.
  public let range: IntegerRange

  /// One scale for each of what `granularity` says.
  /// - Precondition: per tensor or per row.
  public init(granularity: Granularity, range: IntegerRange) {
    precondition(granularity != .perChannel, "no integer sum lets a channel's scale be pulled out of it")
    self.granularity = granularity
    self.range = range
  }
}
