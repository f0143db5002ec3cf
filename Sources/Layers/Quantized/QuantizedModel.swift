import Quantization
import Tensors

/// A quantized network: what the int8 checkpoint holds and the quantized engine runs.
///
/// Integer layers take integers and give integers; real layers take and give real numbers. Where one kind meets the
/// other, what flows is quantized or dequantized. Pools, flatten and lone ReLUs take what comes, and pass its parameters
/// on.
public struct QuantizedModel: Sendable, Equatable {
  /// The fused network: conv2d, linear, maxPool2d, relu, flatten.
  public let network: Network
  /// What kind of quantization made it.
  public let type: QuantizationType
  /// The engine whose arithmetic the integers follow.
  public let profile: NumericProfile
  /// How the input is quantized; nil where the first layer takes real numbers.
  public let input: QuantizationParameters?
  /// The convolutions and linear layers from integers to integers, by name.
  public let layers: [String: QuantizedLayer]
  /// Those from real numbers to real numbers.
  public let realLayers: [String: RealLayer]

  /// A model of the given parts.
  /// - Throws: `NetworkError` or `QuantizedModelError` when a layer is missing, its sizes do not fit, or its kind has
  ///   no integer form.
  public init(
    network: Network, type: QuantizationType = .static, profile: NumericProfile, input: QuantizationParameters?,
    layers: [String: QuantizedLayer], realLayers: [String: RealLayer] = [:]
  ) throws {
    self.network = network
    self.type = type
    self.profile = profile
    self.input = input
    self.layers = layers
    self.realLayers = realLayers
    if let layer = network.layers.first(where: { !$0.operation.hasIntegerForm }) {
      throw QuantizedModelError.noIntegerForm(layer.name, layer.operation.type)
    }
    let flow = network.flow(integerLayers: Set(layers.keys))
    try Self.check(input, isQuantized: flow[0] == .integer, Network.inputName, profile)
    var flowing = input
    var unused = Set(layers.keys).union(realLayers.keys)
    for (index, (layer, shape)) in zip(network.layers, try network.shapes()).enumerated() {
      let shapes = layer.parameterShapes(input: shape)
      guard layer.operation.isProduct, let weight = shapes.first?.1 else { continue }
      unused.remove(layer.name)
      if let quantized = layers[layer.name], let entering = flowing {
        try quantized.check(layer.name, weightShape: weight, input: entering, profile: profile)
        flowing = quantized.output
      } else if let real = realLayers[layer.name] {
        try real.check(layer.name, shape: weight, hasBias: shapes.count > 1)
        try Self.check(real.output, isQuantized: flow[index + 1] == .integer, layer.name, profile)
        flowing = real.output
      } else {
        throw NetworkError.missingParameter("\(layer.name).weight", weight)
      }
    }
    if let name = unused.min() { throw NetworkError.unknownParameter("\(name).weight") }
  }

  /// The parameters of what flows into each layer and, last, out of the network; nil where real numbers flow.
  public var flow: [QuantizationParameters?] {
    network.layers.reduce(into: [input]) { flow, layer in
      if let integer = layers[layer.name] {
        flow.append(integer.output)
      } else if let real = realLayers[layer.name] {
        flow.append(real.output)
      } else {
        flow.append(flow[flow.count - 1])
      }
    }
  }

  /// The tensors that quantization changes: the quantized input, and what leaves convolutions and linear layers.
  public var quantizedNames: [String] {
    (input == nil ? [] : [Network.inputName])
      + network.layerNames.filter { layers[$0] != nil || realLayers[$0] != nil }
  }

  /// The integers that stand for the values of `quantizedNames`, where their scales are fixed.
  public var grids: [String: QuantizationParameters] {
    var grids = layers.mapValues(\.output)
    grids.merge(realLayers.compactMapValues(\.output)) { $1 }
    grids[Network.inputName] = input
    return grids
  }

  /// A layer's weight in integers; nil where it stays float, or has none.
  public func integerWeight(of layer: String) -> QuantizedWeight? {
    layers[layer]?.weight ?? realLayers[layer]?.quantizedWeight
  }

  private static func check(
    _ parameters: QuantizationParameters?, isQuantized: Bool, _ name: String, _ profile: NumericProfile
  ) throws(NetworkError) {
    guard isQuantized else {
      guard parameters == nil else { throw .unknownParameter("\(name).scale") }
      return
    }
    guard let parameters else { throw .missingParameter("\(name).scale", []) }
    try parameters.checkActivation(name, profile)
  }
}

/// A convolution's or linear layer's numbers, from integers to integers.
public struct QuantizedLayer: Sendable, Equatable {
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
  /// How the output is quantized.
  public let output: QuantizationParameters
  /// From accumulator to output steps, one per output channel.
  public let multipliers: [Float]

  /// A layer of the given numbers.
  public init(weight: QuantizedWeight, bias: Bias, output: QuantizationParameters, multipliers: [Float]) {
    self.weight = weight
    self.bias = bias
    self.output = output
    self.multipliers = multipliers
  }

  /// Checks sizes, the bias's type, and that the stored multipliers are those the scales imply.
  func check(
    _ name: String, weightShape expected: Shape, input: QuantizationParameters, profile: NumericProfile
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
    if case .f32(let values) = bias, let bad = values.first(where: { !$0.isFinite }) {
      throw NetworkError.wrongParameter("\(name).bias", expected: "finite numbers", found: "\(bad)")
    }
    try output.checkActivation(name, profile)
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

extension QuantizationParameters {
  /// Activations are bytes, signed ones under our own profile alone; a range beyond them has no place in the engine.
  func checkActivation(_ name: String, _ profile: NumericProfile) throws(NetworkError) {
    let types: [DType] = profile == .octavo ? [.u8, .s8] : [.u8]
    guard types.contains(where: { IntegerRange($0).contains(range) }) else {
      throw .wrongParameter(
        "\(name).range",
        expected: "integers within \(types.map { "\(IntegerRange($0))" }.joined(separator: " or "))", found: "\(range)")
    }
  }

  /// How the integers are stored: as unsigned bytes, signed integers 128 higher. Differences from the zero point, all
  /// that arithmetic sees, stay what they are.
  var stored: QuantizationParameters { shifted(by: storageOffset) }

  /// What is added to an integer where it is stored.
  package var storageOffset: Int32 { range.low < 0 ? 128 : 0 }
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
      "layer '\(layer)', channel \(channel): expected multiplier \(expected) by its scales, found \(found); "
        + "convert again"
    case .missingMetadata:
      "expected metadata 'network', 'type' (\(Self.list(QuantizationType.self))) and 'profile' "
        + "(\(Self.list(NumericProfile.self))); this is no int8 checkpoint; run convert"
    case .overflow(let layer, let bound):
      "layer '\(layer)': a sum can reach \(bound), expected at most \(Int32.max); use fewer inputs or a narrower range"
    }
  }

  private static func list<Name: CaseIterable & RawRepresentable<String>>(_ type: Name.Type) -> String {
    type.allCases.map(\.rawValue).joined(separator: ", ")
  }
}
