internal import CKernels

/// exp(x), with a relative error below 1e-15; +0 below -708, NaN for NaN. The same bits on every machine.
/// - Precondition: x <= 0, or x is NaN.
package func exponential(_ x: Double) -> Double {
  precondition(!(x > 0), "exponential: \(x) is above 0")
  return octavo_exponential(x)
}
