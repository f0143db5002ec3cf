internal import CKernels

/// What a transformer does to rows of float32 besides products.
extension Kernels {
  /// The root-mean-square norm of m rows of n values: y[i][j] = x[i][j] f weight[j], f = 1 / sqrt(mean of squares + epsilon).
  /// `y` may be `x`.
  public func rmsNorm(
    m: Int, n: Int, x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float,
    y: UnsafeMutablePointer<Float>
  ) {
    precondition(m >= 0 && n >= 0, "rmsNorm: a size is negative")
    var arguments = octavo_rms_norm_f32(m: m, n: n, x: x, weight: weight, epsilon: epsilon, y: y)
    table.pointee.rms_norm_f32(&arguments)
  }

  /// Softmax of factor x over the first `counts[i]` values of row i, in place; the others of its n become +0.
  /// - Parameters:
  ///   - counts: for each row, 1 ... n.
  ///   - factor: what values are multiplied by before, positive.
  ///   - stride: elements from one row to the next.
  public func softmax(
    m: Int, n: Int, counts: UnsafePointer<Int32>, factor: Float, x: UnsafeMutablePointer<Float>, stride: Int
  ) {
    precondition(m >= 0 && n >= 0 && stride >= n, "softmax: rows of \(n) at a stride of \(stride)")
    var arguments = octavo_softmax_f32(m: m, n: n, count: counts, factor: factor, x: x, x_row: stride)
    table.pointee.softmax_f32(&arguments)
  }

  /// y[i] = gate[i] logistic(gate[i]) up[i]: the gated unit of a feed-forward layer. `y` may be one of the others.
  public func siluMultiply(
    count: Int, gate: UnsafePointer<Float>, up: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    precondition(count >= 0, "siluMultiply: a size is negative")
    table.pointee.silu_multiply_f32(count, gate, up, y)
  }

  /// Turns each pair (x[2 i], x[2 i + 1]) of `heads` rows of 2 `pairs` values, in place, by the angle of cosine[i] and sine[i].
  public func rotatePairs(
    heads: Int, pairs: Int, cosine: UnsafePointer<Float>, sine: UnsafePointer<Float>, x: UnsafeMutablePointer<Float>
  ) {
    precondition(heads >= 0 && pairs >= 0, "rotatePairs: a size is negative")
    var arguments = octavo_rotate_pairs_f32(heads: heads, pairs: pairs, cosine: cosine, sine: sine, x: x)
    table.pointee.rotate_pairs_f32(&arguments)
  }
}
