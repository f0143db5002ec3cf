internal import CKernels

/// Where the chain of each result of a float matrix product starts.
public enum GemmStart {
  /// At +0.
  case zero
  /// At `bias[j]`, n values.
  case bias(UnsafePointer<Float>)
  /// At what C holds.
  case accumulate
}

extension Kernels {
  /// C[i][j] = start + sum over p of A[i][p] B[p][j], for i < m, j < n, p < k: one chain of fused multiply-adds in
  /// ascending p.
  ///
  ///     A[i][p] = a[aRow[i] + aColumn[p]]
  ///     B[p][j] = b[(j / 16) * bPanel + bRow[p] + j % 16]
  ///     C[i][j] = c[cRow[i] + (j / 16) * cPanel + j % 16]
  ///
  /// The tables hold offsets in elements; a convolution's patch is the sum of two of them, so no patch is copied.
  /// B comes as panels of 16 columns (`bRow[p] = 16 p`, `bPanel = 16 k`) or as it lies in row-major
  /// order (`bRow[p] = p ld`, `bPanel = 16`), and so does C. Only elements named above are touched.
  ///
  /// A transposed A (`aColumn` with a large stride) runs at three quarters of the rate of one whose rows lie
  /// together: for a large product, `transpose` pays.
  /// - Parameters:
  ///   - m: rows of C and entries of `aRow` and `cRow`.
  ///   - n: columns of C.
  ///   - k: entries of `aColumn` and `bRow`; with k = 0 each result is its start.
  ///   - start: where each chain starts.
  ///   - relu: replaces a negative result by +0; -0 and NaN stay.
  public func gemmF32(
    m: Int, n: Int, k: Int,
    a: UnsafePointer<Float>, aRow: UnsafePointer<Int32>, aColumn: UnsafePointer<Int32>,
    b: UnsafePointer<Float>, bRow: UnsafePointer<Int32>, bPanel: Int,
    c: UnsafeMutablePointer<Float>, cRow: UnsafePointer<Int32>, cPanel: Int = 16,
    start: GemmStart = .zero, relu: Bool = false
  ) {
    precondition(m >= 0 && n >= 0 && k >= 0 && bPanel >= 0 && cPanel >= 0, "gemmF32: a size is negative")
    var bias: UnsafePointer<Float>?
    var accumulate = false
    switch start {
    case .zero: break
    case .bias(let values): bias = values
    case .accumulate: accumulate = true
    }
    var arguments = octavo_gemm_f32(
      m: m, n: n, k: k, a: a, a_row: aRow, a_col: aColumn, b: b, b_row: bRow, b_panel: bPanel,
      c: c, c_row: cRow, c_panel: cPanel, bias: bias, accumulate: accumulate, relu: relu)
    table.pointee.gemm_f32(&arguments)
  }
}
