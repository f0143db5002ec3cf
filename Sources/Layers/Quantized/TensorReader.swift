import Quantization
import Tensors

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

  /// The weight that `QuantizedWeight.tensors(named:)` wrote.
  mutating func quantizedWeight(_ name: String) throws(NetworkError) -> QuantizedWeight {
    let weight = try take("\(name).weight", .s8)
    return QuantizedWeight(
      integers: weight.s8 ?? [], shape: weight.shape, scales: try take("\(name).weight_scale", .f32).f32 ?? [],
      range: try range("\(name).weight_range"))
  }

  /// A layer from integers to integers.
  mutating func layer(_ name: String, profile: NumericProfile) throws -> QuantizedLayer {
    let weight = try quantizedWeight(name)
    let bias = try take("\(name).bias", profile.biasType)
    return QuantizedLayer(
      weight: weight, bias: bias.s32.map(QuantizedLayer.Bias.s32) ?? .f32(bias.f32 ?? []),
      output: try parameters(of: name), multipliers: try take("\(name).multiplier", .f32).f32 ?? [])
  }

  /// A layer from real numbers to real numbers.
  mutating func realLayer(_ name: String, type: QuantizationType) throws -> RealLayer {
    let weight: RealLayer.Weight =
      if rest["\(name).weight"]?.dtype == .f32 {
        .f32(try take("\(name).weight", .f32))
      } else if type == .dynamic {
        .dynamic(try quantizedWeight(name), try dynamicActivations(name))
      } else {
        .s8(try quantizedWeight(name))
      }
    let bias = rest["\(name).bias"] == nil ? nil : try take("\(name).bias", .f32).f32
    let output = rest["\(name).scale"] == nil ? nil : try parameters(of: name)
    return RealLayer(weight: weight, bias: bias, output: output)
  }

  private mutating func dynamicActivations(_ name: String) throws(NetworkError) -> DynamicActivations {
    let granularity: Granularity = rest["\(name).per_row_range"] == nil ? .perTensor : .perRow
    let range = try range("\(name).\(granularity.rawValue)_range")
    guard IntegerRange(.u8).contains(range) else {
      throw .wrongParameter(
        "\(name).\(granularity.rawValue)_range", expected: "integers within \(IntegerRange(.u8))", found: "\(range)")
    }
    return DynamicActivations(granularity: granularity, range: range)
  }

  /// What is left once all is taken that the caller knows.
  public var remaining: [String: Tensor] { rest }

  /// Ends the reading.
  /// - Throws: `NetworkError.unknownParameter` when a tensor was not taken.
  public func finish() throws(NetworkError) {
    if let name = rest.keys.min() { throw .unknownParameter(name) }
  }
}
