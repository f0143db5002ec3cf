import Int8Linear
import Layers
import Networks
import Quantization
import Tensors

// The quantized model as a checkpoint's named tensors:
//
//   quant.scale f32 [], quant.zero_point s32 [], quant.range s32 [2]                  the input, where it is quantized
//   <layer>.weight s8, .weight_scale f32 [1 or out], .weight_range s32 [2],           the weight, zero point 0
//   <layer>.bias s32 [out] (f32 under fbgemm), .multiplier f32 [out],
//   <layer>.scale f32 [], .zero_point s32 [], .range s32 [2]                          the output
//
//   <layer>.weight, .bias, .running_mean, .running_var f32 [channels]                 a normalization of its own
//
// A layer without a weight of integers has a scale where it computes in integers. A product of real numbers has a float bias, if any, no multiplier, and an output scale only where integers are wanted
// behind it. If it was skipped its weight is f32, without scale and range; if its input is quantized at each call, it
// has .per_tensor_range or .per_row_range s32 [2], which says what shares a scale and the integers in use.
extension QuantizedModel {
  /// The model's numbers, by name.
  public var tensors: [String: Tensor] {
    var tensors = floatParameters
    for (name, parameters) in scales { tensors.merge(parameters.tensors(named: name)) { $1 } }
    for (name, layer) in layers {
      tensors.merge(layer.quantizedWeight?.tensors(named: name) ?? [:]) { $1 }
      tensors["\(name).bias"] = layer.storedBias
      switch layer {
      case .integer(let layer): tensors["\(name).multiplier"] = Tensor([layer.weight.out], layer.multipliers)
      case .dynamic(let layer):
        tensors["\(name).\(layer.activations.granularity.rawValue)_range"] = layer.activations.range.tensor
      case .float(let layer):
        if case .f32(let weight) = layer.weight { tensors["\(name).weight"] = weight }
      }
    }
    return tensors
  }

  /// What an int8 checkpoint's metadata says of the model.
  public var metadata: [String: String] {
    ["network": network.json, "type": type.rawValue, "profile": profile.rawValue]
  }

  /// The model that an int8 checkpoint's metadata and tensors hold.
  /// - Parameter foreign: the tensors of the file that Octavo does not hold; a model needs none of them.
  /// - Throws: `QuantizedModelError.missingMetadata` when it does not say its network, a known type and a known profile;
  ///   `MetadataError`, and what the model's own initializers throw.
  public init(
    metadata: [String: String], tensors: [String: Tensor], foreign: [String: ForeignTensor] = [:]
  ) throws {
    guard let network = metadata["network"], let type = metadata["type"].flatMap(QuantizationType.init),
      let profile = metadata["profile"].flatMap(NumericProfile.init)
    else {
      throw QuantizedModelError.missingMetadata
    }
    try self.init(
      network: Network(json: network), type: type, profile: profile, tensors: tensors, foreign: foreign)
  }

  /// The model that some named tensors hold.
  /// - Throws: `NetworkError`, `QuantizationError` or `QuantizedModelError` for whatever does not fit the network.
  public init(
    network: Network, type: QuantizationType = .static, profile: NumericProfile, tensors: [String: Tensor],
    foreign: [String: ForeignTensor] = [:]
  ) throws {
    var reader = TensorReader(tensors, foreign: foreign)
    var layers: [String: QuantizedLayer] = [:]
    for name in network.productNames where reader.has("\(name).weight") {
      layers[name] = try reader.layer(name, type: type, profile: profile)
    }
    let lowered = try LoweredNetwork(
      network, arithmetic: network.arithmetic(of: layers, hasScale: { reader.has("\($0).scale") }))
    let scaled = Set(lowered.scaledNames)
    var scales: [String: QuantizationParameters] = [:]
    if scaled.contains(Network.inputName) { scales[Network.inputName] = try reader.parameters(of: Network.inputName) }
    for name in network.scaledNames where scaled.contains(name) || reader.has("\(name).scale") {
      scales[name] = try reader.parameters(of: name)
    }
    var floatParameters: [String: Tensor] = [:]
    for name in network.normalizationParameters { floatParameters[name] = try reader.take(name, .f32) }
    try reader.finish()
    try self.init(
      network: network, type: type, profile: profile, scales: scales, layers: layers,
      floatParameters: floatParameters)
  }
}

extension QuantizedLayer {
  /// The bias as a tensor, nil for none.
  fileprivate var storedBias: Tensor? {
    let values: [Float]?
    switch self {
    case .integer(let layer):
      switch layer.bias {
      case .s32(let bias): return Tensor([bias.count], bias)
      case .f32(let bias): values = bias
      }
    case .dynamic(let layer): values = layer.bias
    case .float(let layer): values = layer.bias
    }
    return values.map { Tensor([$0.count], $0) }
  }
}

extension QuantizedWeight {
  /// The weight as tensors `<name>.weight`, `.weight_scale` and `.weight_range`.
  func tensors(named name: String) -> [String: Tensor] {
    [
      "\(name).weight": Tensor(shape, integers), "\(name).weight_scale": Tensor([scales.count], scales),
      "\(name).weight_range": range.tensor,
    ]
  }
}

extension QuantizationParameters {
  /// The parameters as tensors `<name>.scale`, `.zero_point` and `.range`.
  public func tensors(named name: String) -> [String: Tensor] {
    [
      "\(name).scale": Tensor([], [scale]), "\(name).zero_point": Tensor([], [zeroPoint]),
      "\(name).range": range.tensor,
    ]
  }
}

extension IntegerRange {
  /// Both ends, as a tensor of two.
  var tensor: Tensor { Tensor([2], [low, high]) }
}
