internal import CKernels

extension Kernels {
  /// The real numbers that integer sums stand for: out[i][j] = y, with r = i * rowStep,
  ///
  ///     sum  = acc[i][j] - zeroPoint[r] columnSum[j]
  ///     step = f32(scale[r] weightScale[j])
  ///     y    = fma(f32(sum), step, bias[j]) when fused, else f32(f32(sum) step) + bias[j]
  ///
  /// each operation rounded once.
  /// - Parameters:
  ///   - accumulators: acc[i][j] = sum over k of x[i][k] w[j][k] lies at `accumulators[i * stride + j]`.
  ///   - zeroPoint: the zero point of x, one, or one for each row.
  ///   - scale: its scale, likewise.
  ///   - rowStep: 0 for one scale and zero point, 1 for one for each row.
  ///   - columnSum: sum over k of w[j][k].
  ///   - weightScale: n scales.
  ///   - bias: n values, nil to leave the sum out.
  ///   - relu: replaces a negative result by +0; -0 and NaN stay.
  ///   - out: out[i][j] lies at `out[outRow[i] + j]`.
  /// - Precondition: every corrected sum fits in s32.
  public func dequantize(
    m: Int, n: Int, accumulators: UnsafePointer<Int32>, stride: Int,
    zeroPoint: UnsafePointer<Int32>, scale: UnsafePointer<Float>, rowStep: Int,
    columnSum: UnsafePointer<Int32>, weightScale: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    fused: Bool, relu: Bool, out: UnsafeMutablePointer<Float>, outRow: UnsafePointer<Int32>
  ) {
    precondition(m >= 0 && n >= 0, "dequantize: a size is negative")
    precondition(rowStep == 0 || rowStep == 1, "dequantize: a row step of \(rowStep)")
    var arguments = octavo_dequantize_f32(
      m: m, n: n, acc: accumulators, ldc: stride, zero_point: zeroPoint, scale: scale, row_step: rowStep,
      column_sum: columnSum, weight_scale: weightScale, bias: bias, fused: fused, relu: relu, out: out,
      out_row: outRow)
    table.pointee.dequantize_f32(&arguments)
  }
}
