import Int8Linear
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// Rewrites a calibrated float model into integers.
public enum Convert {
  /// What a conversion makes.
  public struct Conversion: Sendable, Equatable {
    /// The integer model.
    public let model: QuantizedModel
    /// Every scale of it, activations and weights, layer by layer.
    public let scales: [ScaleRecord]
    /// What was lost, or hides a loss.
    public let warnings: [ConversionWarning]
  }

  /// The quantized model of a calibrated one, each weight quantized as the scheme says, each bias by the profile's rule.
  /// - Throws: `SchemeError`, `NetworkError`, `ConvertError` naming layer and channel.
  public static func convert(_ calibrated: CalibratedModel) throws -> Conversion {
    let scheme = calibrated.scheme
    let network = calibrated.model.network
    let lowered = calibrated.lowered
    var layers: [String: QuantizedLayer] = [:]
    var scales = calibrated.scales
    for name in network.productNames {
      let output = calibrated.observations[name]?.parameters
      if scheme.skips(name) {
        let weight = Tensor(try calibrated.model.shape(name), calibrated.model.values("\(name).weight"))
        layers[name] = .float(FloatLayer(weight: .f32(weight), bias: calibrated.model.bias(name)))
        continue
      }
      let isInteger = lowered.arithmetic[name] == .integer
      let entering = isInteger ? lowered.scale(readBy: name).flatMap { calibrated.observations[$0]?.parameters } : nil
      let weight = try weight(
        of: name, in: calibrated.model, scheme: scheme.weights(of: name), scheme.profile,
        learned: calibrated.learnedWeightScales[name], input: entering?.scale)
      scales += weight.scales
      if let entering, let output {
        layers[name] = .integer(
          try layer(
            name, of: calibrated.model, weight: weight.quantized, profile: scheme.profile, input: entering,
            output: output))
      } else {
        layers[name] = scheme.layer(of: name, weight: weight.quantized, bias: calibrated.model.bias(name))
      }
    }
    let model = try QuantizedModel(
      network: network, type: scheme.type, profile: scheme.profile,
      scales: calibrated.observations.mapValues(\.parameters), layers: layers,
      floatParameters: calibrated.model.parametersOfNorms)
    let warnings = ConversionWarning.warnings(of: model, from: calibrated.model, scales: scales)
    return Conversion(model: model, scales: scales, warnings: warnings)
  }

  private static func layer(
    _ name: String, of model: FloatModel, weight: QuantizedWeight, profile: NumericProfile,
    input: QuantizationParameters, output: QuantizationParameters
  ) throws -> IntegerLayer {
    let bias = model.bias(name) ?? [Float](repeating: 0, count: weight.out)
    let multipliers = try (0..<weight.out).map { channel in
      try naming(name, channel) { () throws(QuantizationError) in
        try Requantization.multiplier(
          input: input.scale, weight: weight.scale(channel), output: output.scale, rule: profile.divisionRule)
      }
    }
    let stored: IntegerLayer.Bias =
      profile.biasType == .f32
      ? .f32(bias)
      : .s32(
        try (0..<weight.out).map { channel in
          let steps = Requantization.integerBias(
            bias[channel], input: input.scale, weight: weight.scale(channel), rule: profile.divisionRule)
          // A scale has been raised until the bias has room; but a file's scales may be so small that the reciprocal of
          // their product is no float.
          guard steps > .min, steps < .max else {
            throw ConvertError.badNumber(
              layer: name, channel: channel,
              "expected a bias within 32 bits of the accumulator's steps, found \(bias[channel]) and steps of "
                + "\(input.scale * weight.scale(channel))")
          }
          return steps
        })
    return IntegerLayer(weight: weight, bias: stored, multipliers: multipliers)
  }

  /// A weight in integers, and where its scales come from: one, or one for each output channel.
  /// - Parameters:
  ///   - learned: the scales that training learned, nil to take them from the weight.
  ///   - input: the scale of the integers that the weight will meet, so that biases have room; nil where they stay float.
  static func weight(
    of name: String, in model: FloatModel, scheme: TensorScheme, _ profile: NumericProfile, learned: [Float]? = nil,
    input: Float? = nil
  ) throws -> (quantized: QuantizedWeight, scales: [ScaleRecord]) {
    let values = model.values("\(name).weight")
    let shape = try model.shape(name)
    let parts = scheme.granularity == .perTensor ? 1 : shape[0]
    let size = values.count / parts
    let chosen = try (0..<parts).map { part in
      try naming(name, part) { () throws(QuantizationError) in
        var observer = scheme.makeObserver()
        try observer.observe(values[part * size..<(part + 1) * size])
        let observed = observer.observed
        if let learned { return (scale: learned[learned.count == 1 ? 0 : part], observed: observed) }
        let parameters = try QuantizationParameters(
          covering: observed, symmetry: scheme.symmetry, range: scheme.range, least: profile.leastScale)
        return (scale: parameters.scale, observed: observed)
      }
    }
    let raised = input.map { profile.raised(chosen.map(\.scale), bias: model.bias(name), input: $0) }
    let scales = try chosen.enumerated().map { part, choice in
      let scale = raised?[part] ?? choice.scale
      let isLeast =
        learned == nil && profile.isRaised(choice.observed, symmetry: scheme.symmetry, range: scheme.range)
      return ScaleRecord(
        tensor: "\(name).weight", channel: part,
        parameters: try naming(name, part) { () throws(QuantizationError) in
          try QuantizationParameters(scale: scale, zeroPoint: 0, range: scheme.range)
        },
        scheme: scheme, observed: choice.observed,
        raisedFor: scale > choice.scale ? .bias : isLeast ? .leastScale : nil)
    }
    let integers = values.indices.map {
      Int8(scales[$0 / size].parameters.quantize(values[$0], rule: profile.scalingRule))
    }
    let weight = QuantizedWeight(
      integers: integers, shape: shape, scales: scales.map(\.parameters.scale), range: scheme.range)
    return (weight, scales)
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

extension FloatModel {
  /// The shape of a layer's weight.
  fileprivate func shape(_ layer: String) throws(NetworkError) -> Shape {
    guard let weight = parameters["\(layer).weight"] else { throw .missingParameter("\(layer).weight", []) }
    return weight.shape
  }

  /// The parameters of the normalizations that no product took in.
  fileprivate var parametersOfNorms: [String: Tensor] {
    let names = Set(network.normalizationParameters)
    return parameters.filter { names.contains($0.key) }
  }

  /// A layer's bias, nil where it has none.
  fileprivate func bias(_ layer: String) -> [Float]? { parameters["\(layer).bias"]?.f32 }
}

extension QuantizationScheme {
  /// A layer whose weight is integers, among real numbers: they meet inputs that are quantized at each call, or are
  /// dequantized.
  fileprivate func layer(of name: String, weight: QuantizedWeight, bias: [Float]?) -> QuantizedLayer {
    guard type == .dynamic else { return .float(FloatLayer(weight: .s8(weight), bias: bias)) }
    let activations = activations(of: name)
    return .dynamic(
      DynamicLayer(
        weight: weight, bias: bias,
        activations: DynamicActivations(granularity: activations.granularity, range: activations.range)))
  }
}

/// A number that has no integer form.
public enum ConvertError: Error, Equatable, CustomStringConvertible {
  /// A weight, bias or scale that is not finite, or a scale of zero.
  case badNumber(layer: String, channel: Int, String)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .badNumber(let layer, let channel, let reason):
      "layer '\(layer)', channel \(channel): \(reason); train again, with a lower learning_rate if need be"
    }
  }
}
