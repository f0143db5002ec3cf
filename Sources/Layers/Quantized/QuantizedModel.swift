import Quantization
import Tensors

/// A network of integers: what the int8 checkpoint holds and the integer engine runs.
///
/// Every tensor of the flow (the input and each convolution's and linear layer's output) has its parameters; pools,
/// flatten and lone ReLUs pass their input's on.
public struct QuantizedModel: Sendable, Equatable {
  /// The fused network: conv2d, linear, maxPool2d, relu, flatten.
  public let network: Network
  /// The engine whose arithmetic the integers follow.
  public let profile: NumericProfile
  /// How the input is quantized.
  public let input: QuantizationParameters
  /// The convolutions and linear layers by name.
  public let layers: [String: QuantizedLayer]

  /// A model of the given parts.
  /// - Throws: `NetworkError` or `QuantizedModelError` when a layer is missing, its sizes do not fit, or its kind has
  ///   no integer form.
  public init(
    network: Network, profile: NumericProfile, input: QuantizationParameters, layers: [String: QuantizedLayer]
  ) throws {
    self.network = network
    self.profile = profile
    self.input = input
    self.layers = layers
    try input.checkActivation(Network.inputName)
    var flowing = input
    var unused = Set(layers.keys)
    for (layer, shape) in zip(network.layers, try network.shapes()) {
      guard layer.operation.hasIntegerForm else {
        throw QuantizedModelError.noIntegerForm(layer.name, layer.operation.type)
      }
      let shapes = layer.parameterShapes(input: shape)
      guard let weight = shapes.first?.1 else { continue }
      unused.remove(layer.name)
      guard let quantized = layers[layer.name] else {
        throw NetworkError.missingParameter("\(layer.name).weight", weight)
      }
      try quantized.check(layer.name, weightShape: weight, input: flowing, profile: profile)
      flowing = quantized.output
    }
    if let name = unused.min() { throw NetworkError.unknownParameter("\(name).weight") }
  }

  /// The parameters of what flows into each layer and, last, out of the network.
  public var flow: [QuantizationParameters] {
    network.layers.reduce(into: [input]) { flow, layer in
      flow.append(layers[layer.name]?.output ?? flow[flow.count - 1])
    }
  }
}

/// A quantized convolution's or linear layer's numbers.
public struct QuantizedLayer: Sendable, Equatable {
  /// A bias, in steps of the accumulator: input scale times the channel's weight scale.
  public enum Bias: Sendable, Equatable {
    /// Added to the accumulator.
    case s32([Int32])
    /// A float bias in real units, as the FBGEMM profile keeps it.
    case f32([Float])
  }

  /// The weight in PyTorch's layout, (out, in, kernel, kernel) or (out, in), with zero point 0.
  public let weight: [Int8]
  /// The weight's shape.
  public let weightShape: Shape
  /// One scale per output channel, or one for all.
  public let weightScales: [Float]
  /// The integers in use for the weight.
  public let weightRange: IntegerRange
  /// One bias per output channel.
  public let bias: Bias
  /// How the output is quantized.
  public let output: QuantizationParameters
  /// From accumulator to output steps, one per output channel.
  public let multipliers: [Float]

  /// A layer of the given numbers.
  public init(
    weight: [Int8], weightShape: Shape, weightScales: [Float], weightRange: IntegerRange, bias: Bias,
    output: QuantizationParameters, multipliers: [Float]
  ) {
    self.weight = weight
    self.weightShape = weightShape
    self.weightScales = weightScales
    self.weightRange = weightRange
    self.bias = bias
    self.output = output
    self.multipliers = multipliers
  }

  /// Output channels.
  public var out: Int { weightShape[0] }

  /// The scale of one output channel's weights.
  public func weightScale(_ channel: Int) -> Float { weightScales[weightScales.count == 1 ? 0 : channel] }

  /// Checks sizes, the bias's type, and that the stored multipliers are those the scales imply.
  func check(
    _ name: String, weightShape expected: Shape, input: QuantizationParameters, profile: NumericProfile
  ) throws {
    guard weightShape == expected, weight.count == expected.count else {
      throw NetworkError.wrongParameter(
        "\(name).weight", expected: "s8 \(expected)", found: "s8 \(weightShape)")
    }
    guard weightScales.count == 1 || weightScales.count == out else {
      throw NetworkError.wrongParameter(
        "\(name).weight_scale", expected: "1 or \(out) scales", found: "\(weightScales.count)")
    }
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
    if case .f32(let values) = bias, let bad = values.first(where: { !$0.isFinite }) {
      throw NetworkError.wrongParameter("\(name).bias", expected: "finite numbers", found: "\(bad)")
    }
    try output.checkActivation(name)
    guard multipliers.count == out else {
      throw NetworkError.wrongParameter(
        "\(name).multiplier", expected: "\(out) of them", found: "\(multipliers.count)")
    }
    for channel in 0..<out {
      let implied = try Requantization.multiplier(
        input: input.scale, weight: weightScale(channel), output: output.scale, rule: profile.multiplierRule)
      guard implied == multipliers[channel] else {
        throw QuantizedModelError.wrongMultiplier(
          name, channel, expected: implied, found: multipliers[channel])
      }
    }
  }
}

extension QuantizationParameters {
  /// Activations are u8: a range beyond them has no place in the engine.
  func checkActivation(_ name: String) throws(NetworkError) {
    guard IntegerRange(.u8).contains(range) else {
      throw .wrongParameter(
        "\(name).range", expected: "integers within \(IntegerRange(.u8))", found: "\(range)")
    }
  }
}

extension Operation {
  /// Whether the integer engine runs it.
  var hasIntegerForm: Bool {
    if case .batchNorm2d = self { false } else { true }
  }
}

/// What can be wrong with an integer model, beyond its sizes.
public enum QuantizedModelError: Error, Equatable, CustomStringConvertible {
  /// A layer that cannot be quantized where it stands.
  case noIntegerForm(String, String)
  /// A stored multiplier that its scales do not give.
  case wrongMultiplier(String, Int, expected: Float, found: Float)
  /// A file that does not say which network it holds or by whose arithmetic.
  case missingMetadata
  /// A layer whose sums could leave 32 bits.
  case overflow(String, bound: Int64)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .noIntegerForm(let layer, let type):
      "layer '\(layer)': a \(type) that follows no convolution has no integer form; place it after a conv2d and fuse"
    case .wrongMultiplier(let layer, let channel, let expected, let found):
      "layer '\(layer)', channel \(channel): expected multiplier \(expected) by its scales, found \(found)"
    case .missingMetadata:
      "expected metadata 'network' and 'profile' (\(NumericProfile.allCases.map(\.rawValue).joined(separator: ", "))); "
        + "this is no int8 checkpoint; run convert"
    case .overflow(let layer, let bound):
      "layer '\(layer)': a sum can reach \(bound), expected at most \(Int32.max); use fewer inputs or a narrower range"
    }
  }
}
