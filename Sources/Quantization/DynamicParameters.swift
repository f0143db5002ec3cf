/// How a dynamic layer's scale and zero point are chosen at each call, from the range of the values that entered.
public enum DynamicParameterRule: Sendable, Equatable {
  /// As a calibration would choose them from the same range, at least `NumericProfile.leastScale`.
  case asCalibrated
  /// By PyTorch's `ChooseQuantizationParams` (ATen/native/quantized/cpu/QuantUtils.h), in double: the range is widened to
  /// hold zero,
  ///
  ///     scale = (high - low) / (qmax - qmin), at least leastScale (0.1 where its reciprocal is no float)
  ///     zero point = qmin - low / scale or qmax - high / scale, whichever errs less, rounded half to even and clamped
  case chooseQuantizationParams(leastScale: Float)
}

extension NumericProfile {
  /// The parameters for inputs that lie between `low` and `high` in this call, by `dynamicParameterRule`.
  /// - Parameter integers: the integers in use, `[0, 127]` under PyTorch's reduce_range.
  /// - Throws: `QuantizationError.notFinite` when an end is infinite or NaN; `badScale` under `asCalibrated` when the
  ///   width of the range is no float.
  public func dynamicParameters(
    covering low: Float, _ high: Float, integers: IntegerRange
  ) throws(QuantizationError) -> QuantizationParameters {
    switch dynamicParameterRule {
    case .asCalibrated:
      try QuantizationParameters(
        covering: ObservedRange(low: low, high: high), symmetry: .affine, range: integers, least: leastScale)
    case .chooseQuantizationParams(let least):
      try QuantizationParameters(choosing: low, high, integers: integers, least: least)
    }
  }
}

extension QuantizationParameters {
  /// PyTorch's `ChooseQuantizationParams`.
  fileprivate init(
    choosing low: Float, _ high: Float, integers: IntegerRange, least: Float
  ) throws(QuantizationError) {
    guard low.isFinite, high.isFinite else { throw .notFinite(low, high) }
    var (low, high) = (min(low, 0), max(high, 0))
    let (qmin, qmax) = (Double(integers.low), Double(integers.high))
    var scale = (Double(high) - Double(low)) / (qmax - qmin)
    if Float(scale) == 0 || (1 / Float(scale)).isInfinite { scale = 0.1 }
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
    try self.init(
      scale: Float(scale), zeroPoint: Rounding.halfToEven(zeroPoint, clampedTo: integers.low, integers.high),
      range: integers)
  }
}
