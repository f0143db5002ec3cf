import Tensors

/// The one home of rounding.
///
/// Octavo rounds a real number to an integer in one way only, to the nearest, ties to the even neighbour, as IEEE 754,
/// PyTorch, QNNPACK and ONNX Runtime do. (llama2.c and ggml round some tensors half away from zero.)
public enum Rounding {
  /// The nearest integer as a float, ties to even. Infinities and NaN pass through.
  public static func halfToEven(_ x: Float) -> Float { x.rounded(.toNearestOrEven) }

  /// The nearest integer, ties to even, clamped into `low ... high`. NaN becomes `low`.
  ///
  /// The clamp comes first: both bounds are integers, so clamping before rounding gives the same integer as after
  /// it, and no value can overflow the conversion.
  public static func halfToEven(_ x: Float, clampedTo low: Int32, _ high: Int32) -> Int32 {
    guard x > Float(low) else { return low }
    guard x < Float(high) else { return high }
    return Int32(halfToEven(x))
  }

  /// The same of a double.
  public static func halfToEven(_ x: Double, clampedTo low: Int32, _ high: Int32) -> Int32 {
    guard x > Double(low) else { return low }
    guard x < Double(high) else { return high }
    return Int32(x.rounded(.toNearestOrEven))
  }
}
