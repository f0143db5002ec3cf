internal import CKernels

/// How a value is scaled before it is rounded half to even.
public enum QuantizeRule: String, Sendable, CaseIterable {
  /// rne(x / scale) + zero point: ONNX QuantizeLinear.
  case divide
  /// rne(x * (1 / scale)) + zero point: PyTorch before 2.13, FBGEMM.
  case reciprocal
}

extension Kernels {
  /// out[i][j] = clamp(rne((f32(acc[i][j]) + bias[j]) * multiplier[j]) + zeroPoint, range), rounding half to even;
  /// f32(acc), the sum and the product are each rounded once. Should a product be NaN, the result is the lower end.
  /// - Parameters:
  ///   - accumulators: acc[i][j] lies at `accumulators[i * stride + j]`.
  ///   - bias: n values in units of the accumulator, nil to leave the sum out.
  ///   - multiplier: n finite values, s_x s_w[j] / s_y.
  ///   - range: the values that a result may have; its lower end is the zero point where a ReLU is fused.
  ///   - out: out[i][j] lies at `out[outRow[i] + j]`.
  public func requantize(
    m: Int, n: Int, accumulators: UnsafePointer<Int32>, stride: Int,
    bias: UnsafePointer<Float>?, multiplier: UnsafePointer<Float>,
    zeroPoint: UInt8, range: ClosedRange<UInt8>,
    out: UnsafeMutablePointer<UInt8>, outRow: UnsafePointer<Int32>
  ) {
    precondition(m >= 0 && n >= 0, "requantize: a size is negative")
    var arguments = octavo_requantize_u8(
      m: m, n: n, acc: accumulators, ldc: stride, bias: bias, multiplier: multiplier,
      zero_point: Int32(zeroPoint), low: Int32(range.lowerBound), high: Int32(range.upperBound),
      out: out, out_row: outRow)
    table.pointee.requantize_u8(&arguments)
  }

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
      rule: rule == .divide ? OCTAVO_QUANTIZE_DIVIDE : OCTAVO_QUANTIZE_RECIPROCAL, q: q)
    table.pointee.quantize_u8(&arguments)
  }
}
