internal import CKernels

extension Kernels {
  /// out[i][j] = clamp(rne(fma(bias[j], biasFactor, f32(acc[i][j])) * multiplier[j]) + zeroPoint, range), rounding half to
  /// even; f32(acc), the multiply-add and the product are each rounded once. Should a product be NaN, the result is the
  /// lower end.
  /// - Parameters:
  ///   - accumulators: acc[i][j] lies at `accumulators[i * stride + j]`.
  ///   - bias: n values, nil to leave the sum out.
  ///   - biasFactor: makes units of the accumulator of a bias; 1 where it is in them.
  ///   - multiplier: n finite values, s_x s_w[j] / s_y.
  ///   - range: the values that a result may have; its lower end is the zero point where a ReLU is fused.
  ///   - out: out[i][j] lies at `out[outRow[i] + j]`.
  public func requantize(
    m: Int, n: Int, accumulators: UnsafePointer<Int32>, stride: Int,
    bias: UnsafePointer<Float>?, biasFactor: Float = 1, multiplier: UnsafePointer<Float>,
    zeroPoint: UInt8, range: ClosedRange<UInt8>,
    out: UnsafeMutablePointer<UInt8>, outRow: UnsafePointer<Int32>
  ) {
    precondition(m >= 0 && n >= 0, "requantize: a size is negative")
    var arguments = octavo_requantize_u8(
      m: m, n: n, acc: accumulators, ldc: stride, bias: bias, bias_factor: biasFactor, multiplier: multiplier,
      zero_point: Int32(zeroPoint), low: Int32(range.lowerBound), high: Int32(range.upperBound),
      out: out, out_row: outRow)
    table.pointee.requantize_u8(&arguments)
  }
}
