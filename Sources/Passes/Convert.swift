import Layers
import Quantization
import Tensors

/// Rewrites a calibrated float model into integers.
public enum Convert {
  /// What a conversion makes.
  public struct Conversion: Sendable, Equatable {
    /// The integer model.
    public let model: QuantizedModel
    /// Every scale of it, activations and weights, layer by layer.
    public let scales: [ScaleRecord]
  }

  /// The integer model of a calibrated one, each weight quantized as the scheme says, each bias by the profile's rule.
  /// - Throws: `SchemeError`, `NetworkError`, `ConvertError` naming layer and channel.
  public static func convert(_ calibrated: CalibratedModel) throws -> Conversion {
    let scheme = calibrated.scheme
    let network = calibrated.model.network
    try scheme.validate(for: network)
    func parameters(_ name: String) throws -> QuantizationParameters {
      guard let observation = calibrated.observations[name] else {
        throw CalibrationError.notCalibrated(name)
      }
      return observation.parameters
    }
    let input = try parameters(Network.inputName)
    var flowing = input
    var layers: [String: QuantizedLayer] = [:]
    var scales = calibrated.scales
    for name in network.quantizedLayerNames {
      let output = try parameters(name)
      let channels = try weightScales(of: name, in: calibrated.model, scheme: scheme.weights(of: name))
      layers[name] = try layer(
        name, of: calibrated.model, weights: channels, profile: scheme.profile, input: flowing, output: output
      )
      scales += channels
      flowing = output
    }
    let model = try QuantizedModel(network: network, profile: scheme.profile, input: input, layers: layers)
    return Conversion(model: model, scales: scales)
  }

  private static func layer(
    _ name: String, of model: FloatModel, weights: [ScaleRecord], profile: NumericProfile,
    input: QuantizationParameters, output: QuantizationParameters
  ) throws -> QuantizedLayer {
    let values = model.values("\(name).weight")
    let shape = model.parameters["\(name).weight"]?.shape ?? []
    let out = shape[0]
    let inner = values.count / out
    let rule = profile.scalingRule
    func parameters(_ channel: Int) -> QuantizationParameters {
      weights[weights.count == 1 ? 0 : channel].parameters
    }
    let integers = values.indices.map { Int8(parameters($0 / inner).quantize(values[$0], rule: rule)) }
    let bias = model.parameters["\(name).bias"]?.f32 ?? [Float](repeating: 0, count: out)
    let multipliers = try (0..<out).map { channel in
      try naming(name, channel) { () throws(QuantizationError) in
        try Requantization.multiplier(
          input: input.scale, weight: parameters(channel).scale, output: output.scale,
          rule: profile.multiplierRule)
      }
    }
    let stored: QuantizedLayer.Bias =
      profile.biasType == .f32
      ? .f32(bias)
      : .s32(
        try (0..<out).map { channel in
          let steps = Requantization.integerBias(
            bias[channel], input: input.scale, weight: parameters(channel).scale, rule: rule)
          guard steps > .min, steps < .max else {
            throw ConvertError.badNumber(
              layer: name, channel: channel,
              "expected a bias within 32 bits of the accumulator's steps, found \(bias[channel]); "
                + "are the channel's weights all but zero?")
          }
          return steps
        })
    return QuantizedLayer(
      weight: integers, weightShape: shape, weightScales: weights.map(\.parameters.scale),
      weightRange: parameters(0).range, bias: stored, output: output, multipliers: multipliers)
  }

  /// A weight's scale, one, or one for each output channel.
  static func weightScales(
    of name: String, in model: FloatModel, scheme: TensorScheme
  ) throws -> [ScaleRecord] {
    let values = model.values("\(name).weight")
    let parts = scheme.granularity == .perTensor ? 1 : model.parameters["\(name).weight"]?.shape[0] ?? 1
    let size = values.count / parts
    return try (0..<parts).map { part in
      try naming(name, part) { () throws(QuantizationError) in
        var observer = scheme.makeObserver()
        try observer.observe(values[part * size..<(part + 1) * size])
        let observed = observer.observed
        let parameters = try QuantizationParameters(
          covering: observed.low, observed.high, symmetry: scheme.symmetry, range: scheme.range)
        return ScaleRecord(
          tensor: "\(name).weight", channel: part, parameters: parameters, scheme: scheme, observed: observed)
      }
    }
  }

  private static func naming<Result>(
    _ layer: String, _ channel: Int, _ body: () throws(QuantizationError) -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch {
      throw ConvertError.badNumber(layer: layer, channel: channel, error.description)
    }
  }
}

/// A number that has no integer form.
public enum ConvertError: Error, Equatable, CustomStringConvertible {
  /// A weight, bias or scale that is not finite, or a scale of zero.
  case badNumber(layer: String, channel: Int, String)

  /// One line: where, expected, found.
  public var description: String {
    switch self {
    case .badNumber(let layer, let channel, let reason): "layer '\(layer)', channel \(channel): \(reason)"
    }
  }
}
