import Files
import Networks
import Quantization
import QuantizedLayers

extension QuantizationNumbers {
  /// The numbers as JSON with sorted keys, for other programs: the same model, the same bytes.
  ///
  /// Keys are stable: one may be added, none changes its meaning. `docs/export.md` lists them.
  /// - Parameter origin: what the model came from, for the reader.
  public func json(origin: [String: String]) throws -> [UInt8] {
    try ReadableJSON.encode(Sheet(numbers: self, origin: origin))
  }

  private struct Sheet: Encodable {
    let numbers: QuantizationNumbers
    let origin: [String: String]

    enum CodingKeys: String, CodingKey { case origin, network, type, profile, arithmetic, tensors, layers }

    func encode(to encoder: any Encoder) throws {
      let model = numbers.model
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(origin, forKey: .origin)
      try container.encode(model.network, forKey: .network)
      try container.encode(model.type.rawValue, forKey: .type)
      try container.encode(model.profile.rawValue, forKey: .profile)
      try container.encode(model.profile.equations, forKey: .arithmetic)
      try container.encode(numbers.tensors, forKey: .tensors)
      let layers = model.network.layerNames.compactMap { name in
        numbers.outputs[name].map { LayerRow(layer: name, outputs: $0) }
      }
      try container.encode(layers, forKey: .layers)
    }
  }

  private struct LayerRow: Encodable {
    let layer: String
    let outputs: [Output]
  }
}

extension NumericProfile {
  /// What is computed, an equation for each word of it; `rne` rounds to the nearest integer, ties to the even one, and
  /// `f32` to the nearest float32.
  fileprivate var equations: [String: String] {
    let quantize =
      switch scalingRule {
      case .divide: "clamp(rne(f32(x / scale)) + zero_point)"
      case .fused: "clamp(rne(f32(x * f32(1 / scale) + zero_point)))"
      }
    let sum =
      switch biasRule {
      case .integer: "f32(bias + sum)"
      case .float:
        "f32(f32(sum) + f32(bias / f32(input_scale * weight_scale))), or, where one scale serves all channels, "
          + "f32(f32(sum) + bias * f32(1 / f32(input_scale * weight_scale)))"
      }
    return [
      "real": "(integer - zero_point) * scale", "quantize": quantize,
      "sum": "sum of (input - input_zero_point) * weight, in 32 bits", "biased": sum,
      "requantize": "clamp(rne(f32(biased * multiplier)) + zero_point)",
      "relu": "clamped from the zero point on",
      "multiplier": "mantissa * 2^exponent, exactly",
    ]
  }
}

extension QuantizationNumbers.IntegerTensor: Encodable {
  enum CodingKeys: String, CodingKey {
    case name, role, dtype, scale, channels
    case zeroPoint = "zero_point"
    case low = "quant_min"
    case high = "quant_max"
    case perCall = "scale_chosen_at_each_call"
  }

  /// One scale stands beside the name, several in a list.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(role.rawValue, forKey: .role)
    try container.encode(dtype.rawValue, forKey: .dtype)
    try container.encode(range.low, forKey: .low)
    try container.encode(range.high, forKey: .high)
    try container.encodeIfPresent(perCall?.rawValue, forKey: .perCall)
    try container.encode(channels, forKey: .channels)
  }
}

extension QuantizationNumbers.Channel: Encodable {
  enum CodingKeys: String, CodingKey {
    case scale, mantissa, exponent
    case zeroPoint = "zero_point"
  }

  /// The scale as a number, and exactly.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let whole = WholeFloat(scale)
    try container.encode(scale, forKey: .scale)
    try container.encode(whole.mantissa, forKey: .mantissa)
    try container.encode(whole.exponent, forKey: .exponent)
    try container.encode(zeroPoint, forKey: .zeroPoint)
  }
}

extension QuantizationNumbers.Output: Encodable {
  enum CodingKeys: String, CodingKey { case bias, multiplier, mantissa, exponent }

  /// The multiplier as a number, and exactly.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch bias {
    case .s32(let value): try container.encode(value, forKey: .bias)
    case .f32(let value): try container.encode(value, forKey: .bias)
    case nil: break
    }
    guard let multiplier else { return }
    let whole = WholeFloat(multiplier)
    try container.encode(multiplier, forKey: .multiplier)
    try container.encode(whole.mantissa, forKey: .mantissa)
    try container.encode(whole.exponent, forKey: .exponent)
  }
}
