import Int8Linear
import Networks
import Quantization
import Tensors

/// A convolution's or linear layer's numbers, by how it computes.
public enum QuantizedLayer: Sendable, Equatable {
  /// From integers to integers.
  case integer(IntegerLayer)
  /// From real numbers, quantized anew at each call, to real numbers.
  case dynamic(DynamicLayer)
  /// In floats.
  case float(FloatLayer)

  /// How it computes.
  var arithmetic: LoweredNetwork.Arithmetic {
    switch self {
    case .integer: .integer
    case .dynamic: .dynamic
    case .float: .float
    }
  }

  /// The weight's integers, nil where it has none.
  public var quantizedWeight: QuantizedWeight? {
    switch self {
    case .integer(let layer): layer.weight
    case .dynamic(let layer): layer.weight
    case .float(let layer): layer.quantizedWeight
    }
  }

  /// The numbers of a layer from integers to integers, nil of any other.
  package var integer: IntegerLayer? { if case .integer(let layer) = self { layer } else { nil } }

  /// The numbers of a layer whose input is quantized at each call, nil of any other.
  package var dynamic: DynamicLayer? { if case .dynamic(let layer) = self { layer } else { nil } }

  /// The numbers of a layer in floats, nil of any other.
  package var float: FloatLayer? { if case .float(let layer) = self { layer } else { nil } }
}

/// The numbers of a layer in floats: one that was skipped, or one whose weight alone is integers.
public struct FloatLayer: Sendable, Equatable {
  /// What it is multiplied by.
  public enum Weight: Sendable, Equatable {
    /// The float weight of a layer that was skipped.
    case f32(Tensor)
    /// Integers that are dequantized once, when the model is loaded.
    case s8(QuantizedWeight)
  }

  /// The weight.
  public let weight: Weight
  /// One float bias per output channel, nil for none.
  public let bias: [Float]?

  /// A layer of the given parts.
  public init(weight: Weight, bias: [Float]?) {
    self.weight = weight
    self.bias = bias
  }

  /// The weight's integers, nil where it has none.
  var quantizedWeight: QuantizedWeight? { if case .s8(let weight) = weight { weight } else { nil } }

  /// The weight in real numbers.
  var values: [Float] {
    switch weight {
    case .f32(let tensor): tensor.f32 ?? []
    case .s8(let weight): weight.dequantized
    }
  }

  /// Checks sizes and values.
  func check(_ name: String, shape expected: Shape, hasBias: Bool) throws(NetworkError) {
    switch weight {
    case .s8(let weight): try weight.check(name, shape: expected)
    case .f32(let tensor):
      guard tensor.dtype == .f32, tensor.shape == expected else {
        throw .wrongParameter(
          "\(name).weight", expected: "f32 \(expected)", found: "\(tensor.dtype.rawValue) \(tensor.shape)")
      }
    }
    try checkFinite(values, "\(name).weight")
    try checkBias(bias, of: name, count: hasBias ? expected[0] : nil)
  }
}

extension IntegerLayer {
  /// Checks sizes, the bias's type, and that the stored multipliers are those the scales imply.
  func check(
    _ name: String, weightShape expected: Shape, from input: QuantizationParameters, to output: QuantizationParameters,
    profile: NumericProfile
  ) throws {
    try weight.check(name, shape: expected)
    let out = weight.out
    let (biasCount, biasType) =
      switch bias {
      case .s32(let values): (values.count, DType.s32)
      case .f32(let values): (values.count, DType.f32)
      }
    guard biasType == profile.biasType, biasCount == out else {
      throw NetworkError.wrongParameter(
        "\(name).bias", expected: "\(profile.biasType.rawValue) [\(out)] under profile \(profile.rawValue)",
        found: "\(biasType.rawValue) [\(biasCount)]")
    }
    if case .f32(let values) = bias { try checkFinite(values, "\(name).bias") }
    guard multipliers.count == out else {
      throw NetworkError.wrongParameter(
        "\(name).multiplier", expected: "\(out) of them", found: "\(multipliers.count)")
    }
    for channel in 0..<out {
      let implied = try Requantization.multiplier(
        input: input.scale, weight: weight.scale(channel), output: output.scale, rule: profile.divisionRule)
      guard implied == multipliers[channel] else {
        throw QuantizedModelError.wrongMultiplier(
          name, channel, expected: implied, found: multipliers[channel])
      }
    }
  }
}

extension DynamicLayer {
  /// Checks sizes and values.
  func check(_ name: String, shape expected: Shape, hasBias: Bool) throws(NetworkError) {
    try weight.check(name, shape: expected)
    try checkBias(bias, of: name, count: hasBias ? expected[0] : nil)
  }
}

extension QuantizedWeight {
  /// Checks sizes and scales.
  func check(_ name: String, shape expected: Shape) throws(NetworkError) {
    guard shape == expected, integers.count == expected.count else {
      throw .wrongParameter("\(name).weight", expected: "s8 \(expected)", found: "s8 \(shape)")
    }
    guard scales.count == 1 || scales.count == out else {
      throw .wrongParameter("\(name).weight_scale", expected: "1 or \(out) scales", found: "\(scales.count)")
    }
    if let bad = scales.first(where: { !$0.isFinite || $0 <= 0 }) {
      throw .wrongParameter("\(name).weight_scale", expected: "finite scales above zero", found: "\(bad)")
    }
  }
}

/// Checks the float bias of a layer.
/// - Parameter count: how many there must be, nil for none.
private func checkBias(_ bias: [Float]?, of name: String, count: Int?) throws(NetworkError) {
  guard bias?.count == count else {
    throw .wrongParameter(
      "\(name).bias", expected: count.map { "f32 [\($0)]" } ?? "none",
      found: bias.map { "f32 [\($0.count)]" } ?? "none")
  }
  try checkFinite(bias ?? [], "\(name).bias")
}

private func checkFinite(_ numbers: [Float], _ name: String) throws(NetworkError) {
  if let bad = numbers.first(where: { !$0.isFinite }) {
    throw .wrongParameter(name, expected: "finite numbers", found: "\(bad)")
  }
}
