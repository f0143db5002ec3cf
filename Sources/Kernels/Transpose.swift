internal import CKernels

extension Kernels {
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
