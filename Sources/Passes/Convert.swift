import Layers
import Quantization
import Tensors

/// Rewrites a calibrated float model into integers.
public enum Convert {
  /// The integer model of a calibrated one, each weight quantized as the scheme says, each bias by the profile's rule.
  /// - Throws: `SchemeError`, `NetworkError`, `ConvertError` naming layer and channel.
  public static func convert(_ calibrated: CalibratedModel) throws -> QuantizedModel {
    let scheme = calibrated.scheme
    let network = calibrated.model.network
    try scheme.validate()
    try network.check(scheme)
    func parameters(_ name: String) throws -> QuantizationParameters {
      guard let observation = calibrated.observations[name] else { throw CalibrationError.notCalibrated(name) }
      return observation.parameters
    }
    let input = try parameters(Network.inputName)
    var flowing = input
    var layers: [String: QuantizedLayer] = [:]
    for name in network.quantizedLayerNames {
      let output = try parameters(name)
      layers[name] = try layer(
        name, of: calibrated.model, weights: scheme.weights(of: name), profile: scheme.profile, input: flowing,
        output: output)
      flowing = output
    }
    return try QuantizedModel(network: network, profile: scheme.profile, input: input, layers: layers)
  }

  private static func layer(
    _ name: String, of model: FloatModel, weights: TensorScheme, profile: NumericProfile,
    input: QuantizationParameters, output: QuantizationParameters
  ) throws -> QuantizedLayer {
    guard let weight = model.parameters["\(name).weight"], let values = weight.f32 else {
      throw NetworkError.missingParameter("\(name).weight", [])
    }
    let out = weight.shape[0]
    let channels = try weightParameters(values, channels: out, scheme: weights, layer: name)
    let inner = values.count / out
    let rule = profile.scalingRule
    let integers = values.indices.map { Int8(channels.of($0 / inner).quantize(values[$0], rule: rule)) }
    let bias = model.parameters["\(name).bias"]?.f32 ?? [Float](repeating: 0, count: out)
    if let channel = bias.firstIndex(where: { !$0.isFinite }) {
      throw ConvertError.badNumber(layer: name, channel: channel, "expected a finite bias, found \(bias[channel])")
    }
    let multipliers = try (0..<out).map { channel in
      try naming(name, channel) { () throws(QuantizationError) in
        try Requantization.multiplier(
          input: input.scale, weight: channels.of(channel).scale, output: output.scale)
      }
    }
    let stored: QuantizedLayer.Bias =
      profile.biasType == .f32
      ? .f32(bias)
      : .s32(
        (0..<out).map {
          Requantization.integerBias(bias[$0], input: input.scale, weight: channels.of($0).scale, rule: rule)
        })
    return QuantizedLayer(
      weight: integers, weightShape: weight.shape, weightScales: channels.all.map(\.scale),
      weightRange: weights.range, bias: stored, output: output, multipliers: multipliers)
  }

  /// A weight's parameters: one, or one per output channel.
  struct WeightParameters {
    let all: [QuantizationParameters]
    func of(_ channel: Int) -> QuantizationParameters { all[all.count == 1 ? 0 : channel] }
  }

  static func weightParameters(
    _ values: [Float], channels: Int, scheme: TensorScheme, layer: String
  ) throws -> WeightParameters {
    let parts = scheme.granularity == .perTensor ? 1 : channels
    let size = values.count / parts
    return WeightParameters(
      all: try values.withUnsafeBufferPointer { values in
        try (0..<parts).map { part in
          try naming(layer, part) { () throws(QuantizationError) in
            var observer = scheme.observer.makeObserver()
            try observer.observe(UnsafeBufferPointer(rebasing: values[part * size..<(part + 1) * size]))
            let observed = observer.observed
            return try QuantizationParameters(
              covering: observed.low, observed.high, symmetry: scheme.symmetry, range: scheme.range)
          }
        }
      })
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
