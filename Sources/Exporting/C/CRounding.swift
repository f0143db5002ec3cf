import Tensors

/// How the generated C goes from a product's sum to the next layer's integer.
public enum CRounding: String, NamedChoice {
  /// As the integer engine does, `rne(f32(f32(sum) * multiplier))`, computed in integers: every integer of every layer is
  /// the engine's.
  case exact
  /// TensorFlow Lite's fixed-point multiplier, rounded twice: gemmlowp's SaturatingRoundingDoublingHighMul and
  /// RoundingDivideByPOT. A shift to the left that would overflow, which TensorFlow Lite leaves undefined, saturates.
  case tfliteDouble = "tflite-double"
  /// TensorFlow Lite's fixed-point multiplier, rounded once, ties towards plus infinity: TFLITE_SINGLE_ROUNDING.
  case tfliteSingle = "tflite-single"
}

/// TensorFlow Lite's multiplier, `multiplier * 2^(shift - 31)`: QuantizeMultiplier.
struct FixedPointMultiplier: Equatable {
  /// 0, or from 2^30 on below 2^31.
  let multiplier: Int32
  /// To the left; in -31...31, for 31 already lets every sum but 0 saturate.
  let shift: Int8

  /// The nearest one, halves away from zero. Factors under 2^-32 become 0.
  init(_ factor: Double, rounding: CRounding) {
    // In [1/2, 1) and a power of two.
    var shift = Int(factor.exponent) + 1
    var whole = Int64((factor.significand * 0x1p30).rounded(.toNearestOrAwayFromZero))
    if whole == 1 << 31 { (whole, shift) = (whole / 2, shift + 1) }
    if shift < -31 { (whole, shift) = (0, 0) }
    if rounding == .tfliteSingle && shift > 30 { (whole, shift) = (Int64(Int32.max), 30) }
    (multiplier, self.shift) = (Int32(whole), Int8(min(shift, 31)))
  }

  /// The multiplier from sums to steps of the output: its factor is not rounded to f32 in between.
  init(input: Float, weight: Float, output: Float, rounding: CRounding) {
    self.init(Double(input) * Double(weight) / Double(output), rounding: rounding)
  }
}
