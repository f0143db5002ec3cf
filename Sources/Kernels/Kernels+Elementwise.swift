internal import CKernels

extension Kernels {
  /// x[i] = max(x[i], 0) in place: negative values become +0; -0 and NaN stay.
  public func relu(count: Int, x: UnsafeMutablePointer<Float>) {
    precondition(count >= 0, "relu: a size is negative")
    table.pointee.relu_f32(count, x)
  }

  /// dy[i] = 0 where y[i] <= 0, in place; it stays where y[i] > 0 or is NaN.
  /// - Parameter y: the output of the forward pass.
  public func reluBackward(count: Int, y: UnsafePointer<Float>, dy: UnsafeMutablePointer<Float>) {
    precondition(count >= 0, "reluBackward: a size is negative")
    table.pointee.relu_backward_f32(count, y, dy)
  }

  /// out[j][i] = x[i][j] for i < rows, j < columns.
  /// - Parameters:
  ///   - stride: elements from one row of x to the next, at least `columns`.
  ///   - outStride: elements from one row of out to the next, at least `rows`.
  public func transpose(
    rows: Int, columns: Int, x: UnsafePointer<Float>, stride: Int,
    out: UnsafeMutablePointer<Float>, outStride: Int
  ) {
    precondition(rows >= 0 && columns >= 0, "transpose: a size is negative")
    precondition(rows <= 1 || stride >= columns, "transpose: rows of x overlap")
    precondition(columns <= 1 || outStride >= rows, "transpose: rows of out overlap")
    table.pointee.transpose_f32(rows, columns, x, stride, out, outStride)
  }
}
