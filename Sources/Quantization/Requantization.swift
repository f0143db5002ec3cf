import Tensors

/// From an int32 accumulator to the next layer's integers: the arithmetic of numeric profiles, one value at a time.
///
/// This is the definition; the kernels compute the same for whole rows.
public enum Requantization {
  /// The factor from accumulator steps to output steps: `f32(f32(input * weight) / output)`, or, by the reciprocal
  /// rule, `f32(f32(input * weight) * f32(1 / output))`.
  /// - Throws: `QuantizationError.badScale` when the factor is not finite and positive.
  public static func multiplier(
    input: Float, weight: Float, output: Float, rule: DivisionRule
  ) throws(QuantizationError) -> Float {
    try multiplier(step: input * weight, output: output, rule: rule)
  }

  /// The same factor from what an accumulator step is worth: `f32(step / output)`, or `f32(step * f32(1 / output))`.
  /// - Throws: `QuantizationError.badScale` when the factor is not finite and positive.
  public static func multiplier(
    step: Float, output: Float, rule: DivisionRule
  ) throws(QuantizationError) -> Float {
    let multiplier = rule.divide(step, by: output)
    guard multiplier.isFinite, multiplier > 0 else { throw .badScale(multiplier) }
    return multiplier
  }

  /// A float bias in accumulator steps, `rne(bias / f32(input * weight))`, clamped to s32.
  ///
  /// QNNPACK multiplies by the reciprocal, `rne(bias * f32(1 / f32(weight * input)))`, as `rule` says.
  public static func integerBias(_ bias: Float, input: Float, weight: Float, rule: DivisionRule) -> Int32 {
    let scaled = rule.divide(bias, by: input * weight)
    // 2^31 is a float, 2^31 - 1 is not: the upper bound is excluded by hand.
    guard scaled < 0x1p31 else { return .max }
    guard scaled > -0x1p31 else { return .min }
    return Int32(Rounding.halfToEven(scaled))
  }

  /// A float bias in accumulator steps that stays float: `f32(bias / f32(input * weight))`, FBGEMM's form where every
  /// channel has a scale of its own. Where one serves all, it multiplies: `requantize` with the bias as it is and a
  /// `biasFactor` of `f32(1 / f32(input * weight))`.
  public static func floatBias(_ bias: Float, input: Float, weight: Float) -> Float { bias / (input * weight) }

  /// `clamp(rne(fma(bias, biasFactor, f32(accumulator)) * multiplier) + zeroPoint)`, each operation rounded once, half to
  /// even. With a `biasFactor` of 1 the multiply-add is a sum.
  public static func requantize(
    _ accumulator: Int32, bias: Float = 0, biasFactor: Float = 1, multiplier: Float, zeroPoint: Int32,
    clamp: IntegerRange
  ) -> Int32 {
    let product = Float(accumulator).addingProduct(bias, biasFactor) * multiplier
    return Rounding.halfToEven(product, clampedTo: clamp.low - zeroPoint, clamp.high - zeroPoint) + zeroPoint
  }
}

/// How an engine divides by a scale.
public enum DivisionRule: Sendable, CaseIterable {
  /// `f32(x / y)`.
  case divide
  /// `f32(x * f32(1 / y))`, another number in the last bit now and then.
  case reciprocal

  func divide(_ x: Float, by y: Float) -> Float { self == .divide ? x / y : x * (1 / y) }
}
