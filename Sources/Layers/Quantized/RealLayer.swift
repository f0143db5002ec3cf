import Quantization
import Tensors

/// A convolution or linear layer whose input and output are real numbers: one that stays float, one whose weight alone
/// is integers, or one that quantizes its input anew at each call.
public struct RealLayer: Sendable, Equatable {
  /// What it is multiplied by.
  public enum Weight: Sendable, Equatable {
    /// The float weight of a layer that was skipped.
    case f32(Tensor)
    /// Integers that are dequantized once, when the model is loaded.
    case s8(QuantizedWeight)
    /// Integers that meet the integers of the input, quantized at each call.
    case dynamic(QuantizedWeight, DynamicActivations)
  }

  /// The weight.
  public let weight: Weight
  /// One float bias per output channel, nil for none.
  public let bias: [Float]?
  /// How the output is quantized where the next layer works on integers; nil elsewhere.
  public let output: QuantizationParameters?

  /// A layer of the given parts.
  public init(weight: Weight, bias: [Float]?, output: QuantizationParameters? = nil) {
    self.weight = weight
    self.bias = bias
    self.output = output
  }

  /// The weight's integers, nil where it has none.
  public var quantizedWeight: QuantizedWeight? {
    switch weight {
    case .f32: nil
    case .s8(let weight), .dynamic(let weight, _): weight
    }
  }

  /// The weight in real numbers.
  var values: [Float] {
    if case .f32(let tensor) = weight { return tensor.f32 ?? [] }
    return quantizedWeight?.dequantized ?? []
  }

  /// Checks sizes and values.
  func check(_ name: String, shape expected: Shape, hasBias: Bool) throws(NetworkError) {
    if case .f32(let tensor) = weight {
      guard tensor.dtype == .f32, tensor.shape == expected else {
        throw .wrongParameter(
          "\(name).weight", expected: "f32 \(expected)", found: "\(tensor.dtype.rawValue) \(tensor.shape)")
      }
    }
    try quantizedWeight?.check(name, shape: expected)
    guard (bias != nil) == hasBias, bias?.count ?? expected[0] == expected[0] else {
      throw .wrongParameter(
        "\(name).bias", expected: hasBias ? "f32 [\(expected[0])]" : "none",
        found: bias.map { "f32 [\($0.count)]" } ?? "none")
    }
    for (part, numbers) in [("weight", values), ("bias", bias ?? [])] {
      if let bad = numbers.first(where: { !$0.isFinite }) {
        throw .wrongParameter("\(name).\(part)", expected: "finite numbers", found: "\(bad)")
      }
    }
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
