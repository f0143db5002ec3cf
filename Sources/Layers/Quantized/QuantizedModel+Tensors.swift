import Quantization
import Tensors

// The integer model as a checkpoint's named tensors:
//
//   quant.scale f32 [], quant.zero_point s32 [], quant.range s32 [2]                  the input
//   <layer>.weight s8, .weight_scale f32 [1 or out], .weight_range s32 [2],           the weight, zero point 0
//   <layer>.bias s32 [out] (f32 under fbgemm), .multiplier f32 [out],
//   <layer>.scale f32 [], .zero_point s32 [], .range s32 [2]                          the output
extension QuantizedModel {
  /// The model's numbers, by name.
  public var tensors: [String: Tensor] {
    var tensors = input.tensors(named: Network.inputName)
    for (name, layer) in layers {
      tensors.merge(layer.output.tensors(named: name)) { $1 }
      tensors["\(name).weight"] = Tensor(layer.weightShape, layer.weight)
      tensors["\(name).weight_scale"] = Tensor([layer.weightScales.count], layer.weightScales)
      tensors["\(name).weight_range"] = layer.weightRange.tensor
      tensors["\(name).multiplier"] = Tensor([layer.out], layer.multipliers)
      switch layer.bias {
      case .s32(let bias): tensors["\(name).bias"] = Tensor([layer.out], bias)
      case .f32(let bias): tensors["\(name).bias"] = Tensor([layer.out], bias)
      }
    }
    return tensors
  }

  /// The model that an int8 checkpoint's metadata and tensors hold.
  /// - Throws: `QuantizedModelError.missingMetadata` when it does not say its network or a known profile.
  public init(metadata: [String: String], tensors: [String: Tensor]) throws {
    guard let network = metadata["network"], let profile = metadata["profile"].flatMap(NumericProfile.init)
    else {
      throw QuantizedModelError.missingMetadata
    }
    try self.init(network: Network(json: network), profile: profile, tensors: tensors)
  }

  /// The model that some named tensors hold.
  /// - Throws: `NetworkError`, `QuantizationError` or `QuantizedModelError` for whatever does not fit the network.
  public init(network: Network, profile: NumericProfile, tensors: [String: Tensor]) throws {
    var reader = TensorReader(tensors)
    let input = try reader.parameters(of: Network.inputName)
    var layers: [String: QuantizedLayer] = [:]
    for name in network.layerNames where tensors["\(name).weight"] != nil {
      let weight = try reader.take("\(name).weight", .s8)
      let bias = try reader.take("\(name).bias", profile.biasType)
      layers[name] = QuantizedLayer(
        weight: weight.s8 ?? [], weightShape: weight.shape,
        weightScales: try reader.take("\(name).weight_scale", .f32).f32 ?? [],
        weightRange: try reader.range("\(name).weight_range"),
        bias: bias.s32.map(QuantizedLayer.Bias.s32) ?? .f32(bias.f32 ?? []),
        output: try reader.parameters(of: name),
        multipliers: try reader.take("\(name).multiplier", .f32).f32 ?? [])
    }
    try reader.finish()
    try self.init(network: network, profile: profile, input: input, layers: layers)
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

/// Takes tensors out of a file one by one, and complains of what is missing, wrong, or left over.
public struct TensorReader {
  private var rest: [String: Tensor]

  /// A reader over all tensors of a file.
  public init(_ tensors: [String: Tensor]) { rest = tensors }

  /// One tensor of the given type and, unless nil, shape.
  /// - Throws: `NetworkError` naming the tensor.
  public mutating func take(_ name: String, _ dtype: DType, _ shape: Shape? = nil) throws(NetworkError)
    -> Tensor
  {
    guard let tensor = rest.removeValue(forKey: name) else { throw .missingParameter(name, shape ?? []) }
    guard tensor.dtype == dtype, shape == nil || tensor.shape == shape else {
      throw .wrongParameter(
        name, expected: shape.map { "\(dtype.rawValue) \($0)" } ?? dtype.rawValue,
        found: "\(tensor.dtype.rawValue) \(tensor.shape)")
    }
    return tensor
  }

  /// The integers in use for a tensor.
  public mutating func range(_ name: String) throws(NetworkError) -> IntegerRange {
    let ends = try take(name, .s32, [2]).s32 ?? []
    guard ends.count == 2, ends[0] < ends[1], ends[0] >= -128, ends[1] <= 255 else {
      throw .wrongParameter(name, expected: "two 8-bit integers, the lower first", found: "\(ends)")
    }
    return IntegerRange(ends[0], ends[1])
  }

  /// The parameters that `QuantizationParameters.tensors(named:)` wrote.
  public mutating func parameters(of name: String) throws -> QuantizationParameters {
    let scale = try take("\(name).scale", .f32, []).f32?.first ?? .nan
    let zeroPoint = try take("\(name).zero_point", .s32, []).s32?.first ?? 0
    let range = try range("\(name).range")
    do {
      return try QuantizationParameters(scale: scale, zeroPoint: zeroPoint, range: range)
    } catch {
      throw NetworkError.doesNotFit(name, "\(error)")
    }
  }

  /// What is left once all is taken that the caller knows.
  public var remaining: [String: Tensor] { rest }

  /// Ends the reading.
  /// - Throws: `NetworkError.unknownParameter` when a tensor was not taken.
  public func finish() throws(NetworkError) {
    if let name = rest.keys.min() { throw .unknownParameter(name) }
  }
}
