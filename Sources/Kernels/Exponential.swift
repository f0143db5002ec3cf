internal import CKernels

/// exp(x), with a relative error below 1e-15; +0 below -708, NaN for NaN. The same bits on every machine.
/// - Precondition: x <= 0, or x is NaN.
package func exponential(_ x: Double) -> Double {
  precondition(!(x > 0), "exponential: \(x) is above 0")
  return octavo_exponential(x)
}

/// log(x), with a relative error below 1e-15; NaN for NaN. The same bits on every machine.
/// - Precondition: x is finite and at least 1, or NaN.
package func logarithm(_ x: Double) -> Double {
  precondition(x.isNaN || x >= 1 && x.isFinite, "logarithm: \(x) is below 1 or infinite")
  return octavo_logarithm(x)
}

/// Cosine and sine, each within 1e-15. The same bits on every machine.
/// - Precondition: 0 <= angle <= 2^25.
package func rotation(by angle: Double) -> (cosine: Double, sine: Double) {
  precondition(angle >= 0 && angle <= 0x1p25, "rotation: an angle of \(angle)")
  var (cosine, sine) = (0.0, 0.0)
  octavo_rotation(angle, &cosine, &sine)
  return (cosine, sine)
}
