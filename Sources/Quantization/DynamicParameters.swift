/// How a dynamic layer's scale and zero point are chosen at each call, from the range of the values that entered.
extension NumericProfile {
  /// The least scale that PyTorch's dynamic layers choose.
  static let smallestDynamicScale: Float = 6.1e-5

  /// The parameters for inputs that lie between `low` and `high` in this call.
  ///
  /// Under `octavo` they are what a calibration would choose from the same range. Under PyTorch's profiles they follow
  /// `ChooseQuantizationParams` (ATen/native/quantized/cpu/QuantUtils.h), in double: the range is widened to hold zero,
  ///
  ///     scale = (high - low) / (qmax - qmin), at least 6.1e-5 (0.1 where its reciprocal is no float)
  ///     zero point = qmin - low / scale or qmax - high / scale, whichever errs less, rounded half to even and clamped
  /// - Parameter integers: the integers in use, `[0, 127]` under PyTorch's reduce_range.
  /// - Throws: `QuantizationError.notFinite` when an end is infinite or NaN; `badScale` under `octavo` when the width of
  ///   the range is no float.
  public func dynamicParameters(
    covering low: Float, _ high: Float, integers: IntegerRange
  ) throws(QuantizationError) -> QuantizationParameters {
    guard self != .octavo else {
      return try QuantizationParameters(
        covering: ObservedRange(low: low, high: high), symmetry: .affine, range: integers, least: leastScale)
    }
    guard low.isFinite, high.isFinite else { throw .notFinite(low, high) }
    var (low, high) = (min(low, 0), max(high, 0))
    let (qmin, qmax) = (Double(integers.low), Double(integers.high))
    var scale = (Double(high) - Double(low)) / (qmax - qmin)
    if Float(scale) == 0 || (1 / Float(scale)).isInfinite { scale = 0.1 }
    let least = Self.smallestDynamicScale
    if scale < Double(least) {
      // The range is widened to the least scale, both ends alike; this part is in f32.
      let (amplifier, width) = (least / Float(scale), least * Float(integers.high - integers.low))
      (low, high) = low == 0 ? (0, width) : high == 0 ? (-width, 0) : (low * amplifier, high * amplifier)
      scale = Double(least)
    }
    let (fromLow, fromHigh) = (qmin - Double(low) / scale, qmax - Double(high) / scale)
    let lowError = abs(qmin) - abs(Double(low) / scale)
    let highError = abs(qmax) - abs(Double(high) / scale)
    let zeroPoint = lowError < highError ? fromLow : fromHigh
    return try QuantizationParameters(
      scale: Float(scale), zeroPoint: Rounding.halfToEven(zeroPoint, clampedTo: integers.low, integers.high),
      range: integers)
  }

  /// Whether a dynamic layer adds its float bias in one rounding with the product, `fma(sum, step, bias)`, as FBGEMM
  /// does, or in two.
  public var fusesDynamicBias: Bool { self == .fbgemm }

  /// The integers that a dynamic layer's inputs may take: PyTorch's engines let 128 to 255 through under reduce_range.
  public func dynamicClamp(_ integers: IntegerRange) -> IntegerRange {
    self == .octavo ? integers : IntegerRange(.u8)
  }
}
