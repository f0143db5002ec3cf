internal import CKernels

/// How a value is scaled before it is rounded half to even.
public enum QuantizeRule: String, Sendable, CaseIterable {
  /// rne(x / scale) + zero point: ONNX QuantizeLinear.
  case divide
  /// rne(fma(x, 1 / scale, zero point)): PyTorch since 2.13.
  case fused

  var rule: octavo_quantize_rule {
    switch self {
    case .divide: OCTAVO_QUANTIZE_DIVIDE
    case .fused: OCTAVO_QUANTIZE_FUSED
    }
  }
}

extension Kernels {
  /// q[i] = clamp(rounded x[i] / scale + zeroPoint, range), rounding half to even; NaN becomes the lower end.
  /// - Precondition: `scale` is finite and positive.
  public func quantize(
    count: Int, x: UnsafePointer<Float>, scale: Float, zeroPoint: UInt8, range: ClosedRange<UInt8>,
    rule: QuantizeRule, q: UnsafeMutablePointer<UInt8>
  ) {
    precondition(count >= 0, "quantize: a size is negative")
    precondition(scale > 0 && scale.isFinite, "quantize: scale \(scale) is not finite and positive")
    var arguments = octavo_quantize_u8(
      count: count, x: x, scale: scale, zero_point: Int32(zeroPoint),
      low: Int32(range.lowerBound), high: Int32(range.upperBound),
      rule: rule.rule, q: q)
    table.pointee.quantize_u8(&arguments)
  }
}
