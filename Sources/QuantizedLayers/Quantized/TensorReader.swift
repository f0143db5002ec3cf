import Int8Linear
import Layers
import Networks
import Quantization
import Tensors

/// Takes tensors out of a file one by one, and complains of what is missing, wrong, or left over.
public struct TensorReader {
  private var rest: [String: Tensor]
  /// Those of the file that Octavo does not hold.
  public let foreign: [String: ForeignTensor]

  /// A reader over all tensors of a file.
  /// - Parameter foreign: those of them that Octavo does not hold.
  public init(_ tensors: [String: Tensor], foreign: [String: ForeignTensor] = [:]) {
    rest = tensors
    self.foreign = foreign
  }

  /// Whether the file has a tensor of that name which was not taken, of whatever type.
  public func has(_ name: String) -> Bool { rest[name] != nil || foreign[name] != nil }

  /// One tensor of the given type and, unless nil, shape.
  /// - Throws: `NetworkError` naming the tensor.
  public mutating func take(_ name: String, _ dtype: DType, _ shape: Shape? = nil) throws(NetworkError)
    -> Tensor
  {
    if let found = foreign[name] { throw .foreignParameter(name, expected: dtype, shape, found: found) }
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

  /// The range that was observed of a tensor: both ends finite and in order, or nothing seen.
  public mutating func observedRange(_ name: String) throws(NetworkError) -> ObservedRange {
    let ends = try take(name, .f32, [2]).f32 ?? []
    let range = ObservedRange(low: ends[0], high: ends[1])
    guard range == .empty || (range.low.isFinite && range.high.isFinite && range.low <= range.high) else {
      throw .wrongParameter(name, expected: "two finite numbers, the lower first", found: "\(ends)")
    }
    return range
  }

  /// So many scales.
  public mutating func scales(_ name: String, count: Int) throws(NetworkError) -> [Float] {
    let scales = try take(name, .f32, [count]).f32 ?? []
    if let bad = scales.first(where: { !$0.isFinite || $0 <= 0 }) {
      throw .wrongParameter(name, expected: "finite scales above zero", found: "\(bad)")
    }
    return scales
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

  /// The numbers of a convolution or linear layer, without the scale of its output.
  mutating func layer(_ name: String, type: QuantizationType, profile: NumericProfile) throws -> QuantizedLayer {
    if rest["\(name).weight"]?.dtype == .f32 {
      return .float(FloatLayer(weight: .f32(try take("\(name).weight", .f32)), bias: try floatBias(name)))
    }
    let weight = try quantizedWeight(name)
    switch type {
    case .static, .qat:
      let bias = try take("\(name).bias", profile.biasType)
      return .integer(
        IntegerLayer(
          weight: weight, bias: bias.s32.map(IntegerLayer.Bias.s32) ?? .f32(bias.f32 ?? []),
          multipliers: try take("\(name).multiplier", .f32).f32 ?? []))
    case .dynamic:
      let activations = try dynamicActivations(name)
      return .dynamic(DynamicLayer(weight: weight, bias: try floatBias(name), activations: activations))
    case .weightOnly: return .float(FloatLayer(weight: .s8(weight), bias: try floatBias(name)))
    }
  }

  private mutating func floatBias(_ name: String) throws(NetworkError) -> [Float]? {
    has("\(name).bias") ? try take("\(name).bias", .f32).f32 : nil
  }

  private mutating func dynamicActivations(_ name: String) throws(NetworkError) -> DynamicActivations {
    let granularity: Granularity = has("\(name).per_row_range") ? .perRow : .perTensor
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
    if let name = (Array(rest.keys) + Array(foreign.keys)).min() { throw .unknownParameter(name) }
  }
}
