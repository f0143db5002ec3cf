internal import CKernels

/// The constants of one step of Adam (Kingma and Ba, 2015), t counted from 1. They are computed in double by the
/// caller's rule and rounded once.
public struct AdamConstants: Sendable, Equatable {
  /// 1 - beta1.
  public let oneMinusBeta1: Float
  /// beta2.
  public let beta2: Float
  /// 1 - beta2.
  public let oneMinusBeta2: Float
  /// lr / (1 - beta1^t).
  public let stepSize: Float
  /// sqrt(1 - beta2^t).
  public let sqrtCorrection2: Float
  /// Added to the denominator.
  public let epsilon: Float

  /// The constants, as they enter the step.
  public init(
    oneMinusBeta1: Float, beta2: Float, oneMinusBeta2: Float, stepSize: Float, sqrtCorrection2: Float,
    epsilon: Float
  ) {
    self.oneMinusBeta1 = oneMinusBeta1
    self.beta2 = beta2
    self.oneMinusBeta2 = oneMinusBeta2
    self.stepSize = stepSize
    self.sqrtCorrection2 = sqrtCorrection2
    self.epsilon = epsilon
  }
}

extension Kernels {
  /// One step of Adam without weight decay, in place; each operation is rounded once and nothing is fused:
  ///
  ///     m = m + (g - m) (1 - beta1)
  ///     v = v beta2 + (g g) (1 - beta2)
  ///     w = w - stepSize (m / (sqrt(v) / sqrtCorrection2 + epsilon))
  /// - Parameters:
  ///   - w: `count` parameters.
  ///   - m: their first moments.
  ///   - v: their second moments.
  ///   - gradient: the loss's gradient by w.
  public func adam(
    count: Int,
    w: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>,
    gradient: UnsafePointer<Float>, _ constants: AdamConstants
  ) {
    precondition(count >= 0, "adam: a size is negative")
    var arguments = octavo_adam_f32(
      count: count, w: w, m: m, v: v, g: gradient,
      one_minus_beta1: constants.oneMinusBeta1, beta2: constants.beta2,
      one_minus_beta2: constants.oneMinusBeta2, step_size: constants.stepSize,
      sqrt_correction2: constants.sqrtCorrection2, epsilon: constants.epsilon)
    table.pointee.adam_f32(&arguments)
  }
}
