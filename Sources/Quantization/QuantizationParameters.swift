import Tensors

/// The affine map between a real number x and an integer q: `x = scale * (q - zeroPoint)`.
///
/// One value of this type serves a whole tensor, or one channel of it.
public struct QuantizationParameters: Sendable, Equatable {
  /// The real size of one integer step: finite and positive.
  public let scale: Float
  /// The integer that stands for real zero, within `range`; hence zero is exact.
  public let zeroPoint: Int32
  /// The integers in use.
  public let range: IntegerRange

  /// Parameters of the given scale and zero point.
  /// - Throws: `QuantizationError` when the scale is zero, negative or not finite, or the zero point lies outside.
  public init(scale: Float, zeroPoint: Int32, range: IntegerRange) throws(QuantizationError) {
    guard scale.isFinite, scale > 0 else { throw .badScale(scale) }
    guard range.low <= zeroPoint, zeroPoint <= range.high else { throw .badZeroPoint(zeroPoint, range) }
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.range = range
  }

  /// The scale of a tensor that holds nothing but zeros, 2^-23: PyTorch's `torch.finfo(torch.float32).eps`.
  public static let scaleOfZeros: Float = 0x1p-23

  /// The parameters for a tensor that was seen to lie between `low` and `high`, by PyTorch's rule
  /// (`_calculate_qparams`), every operation in f32 and rounded once:
  ///
  ///     low' = min(low, 0), high' = max(high, 0)
  ///     affine:     scale = (high' - low') / (qmax - qmin),           zp = clamp(qmin - rne(low' / scale))
  ///     symmetric:  scale = max(-low', high') / ((qmax - qmin) / 2),  zp = 0, or the middle of an unsigned range
  ///
  /// The scale is at least `least`, `scaleOfZeros` where both ends are zero. An empty observation (`low > high`, nothing
  /// seen) gives scale 1 and zero point 0, or the range's low end where 0 is not in it.
  /// - Parameter least: `NumericProfile.leastScale`.
  /// - Throws: `QuantizationError.notFinite` when either end is infinite or NaN (but for the empty observation).
  public init(
    covering observed: ObservedRange, symmetry: Symmetry, range: IntegerRange, least: Float
  ) throws(QuantizationError) {
    if observed == .empty {
      try self.init(scale: 1, zeroPoint: max(0, range.low), range: range)
      return
    }
    guard observed.low.isFinite, observed.high.isFinite else { throw .notFinite(observed.low, observed.high) }
    let exact = observed.scale(symmetry: symmetry, range: range)
    let scale = max(exact, observed.isZero ? Self.scaleOfZeros : least)
    switch symmetry {
    case .affine:
      let shift = Rounding.halfToEven(min(observed.low, 0) / scale)
      let zeroPoint = Float(range.low) - shift
      try self.init(
        scale: scale, zeroPoint: Rounding.halfToEven(zeroPoint, clampedTo: range.low, range.high), range: range)
    case .symmetric:
      let middle = range == IntegerRange(.u8) ? 128 : (range.low + range.high) / 2
      try self.init(scale: scale, zeroPoint: range.low < 0 ? 0 : middle, range: range)
    }
  }

  /// The integer of a real number under the given profile's rule, rounded half to even and clamped to `range`.
  public func quantize(_ x: Float, rule: ScalingRule) -> Int32 {
    switch rule {
    case .divide:
      // The zero point is added after rounding; clamping to the shifted range first keeps the conversion in bounds.
      Rounding.halfToEven(x / scale, clampedTo: range.low - zeroPoint, range.high - zeroPoint) + zeroPoint
    case .fused:
      Rounding.halfToEven(Float(zeroPoint).addingProduct(x, 1 / scale), clampedTo: range.low, range.high)
    }
  }

  /// The real number that an integer stands for: `scale * (q - zeroPoint)`, one f32 rounding.
  public func dequantize(_ q: Int32) -> Float { scale * Float(q - zeroPoint) }

  /// The real numbers that round to an integer in use; what lies beyond is clipped. Half a step beyond the least and the
  /// greatest integer's own numbers.
  public var representable: ClosedRange<Double> {
    func real(_ q: Int32, _ half: Double) -> Double { Double(scale) * (Double(q) - Double(zeroPoint) + half) }
    return real(range.low, -0.5)...real(range.high, 0.5)
  }

  /// The same map from other integers, each `offset` higher.
  public func shifted(by offset: Int32) -> QuantizationParameters {
    QuantizationParameters(
      unchecked: scale, zeroPoint + offset, IntegerRange(range.low + offset, range.high + offset))
  }

  private init(unchecked scale: Float, _ zeroPoint: Int32, _ range: IntegerRange) {
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.range = range
  }
}

/// How a real value becomes an integer. The two differ on ties and near-ties only.
public enum ScalingRule: String, Sendable, Codable, CaseIterable {
  /// `rne(x / scale) + zero point`: ONNX QuantizeLinear.
  case divide
  /// `rne(fma(x, 1 / scale, zero point))`: PyTorch since 2.13, which before rounded and then added the zero point (but in
  /// dynamic layers).
  case fused
}

/// Whether real zero sits at a free zero point or in the middle of the integers.
public enum Symmetry: String, NamedChoice {
  /// Scale and zero point follow both ends of the range.
  case affine
  /// The zero point is fixed, the scale follows the larger end.
  case symmetric
}

/// The integers that a quantized tensor may hold, both ends included.
public struct IntegerRange: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The least integer, PyTorch's quant_min.
  public let low: Int32
  /// The greatest integer, PyTorch's quant_max.
  public let high: Int32

  /// The integers from `low` to `high`.
  /// - Precondition: `low < high`.
  public init(_ low: Int32, _ high: Int32) {
    precondition(low < high, "a range of integers is not empty")
    self.low = low
    self.high = high
  }

  /// All integers of an 8-bit type.
  public init(_ dtype: DType) {
    self.init(dtype == .u8 ? 0 : -128, dtype == .u8 ? 255 : 127)
  }

  /// Whether every integer of `other` lies in this range.
  public func contains(_ other: IntegerRange) -> Bool { low <= other.low && other.high <= high }

  /// Both ends divided by two, PyTorch's reduce_range: `0...255` becomes `0...127`, `-128...127` `-64...63`.
  public var halved: IntegerRange { IntegerRange(low >> 1, high >> 1) }

  /// `0...127`.
  public var description: String { "\(low)...\(high)" }

  /// Decoded from a list of two, `[0, 127]`.
  public init(from decoder: any Decoder) throws {
    let ends = try decoder.singleValueContainer().decode([Int32].self)
    guard ends.count == 2, ends[0] < ends[1] else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "expected [low, high] with low < high, found \(ends)"))
    }
    self.init(ends[0], ends[1])
  }

  /// Encoded as a list of two.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([low, high])
  }
}

/// What can be wrong with a scale, a zero point or an observed range.
public enum QuantizationError: Error, Equatable, CustomStringConvertible {
  /// A scale that is zero, negative, infinite or NaN.
  case badScale(Float)
  /// A zero point outside the integers in use.
  case badZeroPoint(Int32, IntegerRange)
  /// An observed range with an infinite or NaN end.
  case notFinite(Float, Float)

  /// One clause: expected and found.
  public var description: String {
    switch self {
    case .badScale(let scale): "expected a finite scale above zero, found \(scale)"
    case .badZeroPoint(let zeroPoint, let range): "expected a zero point within \(range), found \(zeroPoint)"
    case .notFinite(let low, let high): "expected finite values, observed a range from \(low) to \(high)"
    }
  }
}
