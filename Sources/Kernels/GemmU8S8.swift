internal import CKernels

/// How a product of bytes is summed. Both are exact; the first asks for a proof.
public enum ProductPath: String, Sendable, CaseIterable {
  /// Sums of two neighbouring products in 16 bits, the faster path. Requires, for each group and column, that
  /// a[0] w[0] + a[1] w[1] and a[2] w[2] + a[3] w[3] stay in -32768 ... 32767 for every activation that may come:
  /// activations of at most 127, or weights within -64 ... 64.
  case pairwise
  /// Products in 32 bits from the start, for all activations and weights.
  case wide
}

extension Kernels {
  /// acc[i][j] = start[j] + sum over g < groups, t < 4 of a[aRow[i] + aGroup[g] + t] W[g][j][t], exact in s32.
  ///
  /// Activations are taken four at a time, so a patch whose row is not a multiple of four bytes reads up to three
  /// bytes past it: their weights are 0 and `AlignedBuffer` has the slack.
  /// - Parameters:
  ///   - m: rows, entries of `aRow`.
  ///   - n: columns, entries of `start`.
  ///   - groups: groups of four products, entries of `aGroup`; with none each result is its start.
  ///   - weights: packed by `PackedWeights.packU8S8`.
  ///   - start: n values, nil for zeros.
  ///   - accumulators: acc[i][j] lies at `accumulators[i * stride + j]`.
  ///   - stride: elements from one row of results to the next, at least n.
  ///   - path: pairwise where its condition is proved.
  /// - Precondition: every result fits in s32; sums on the way may wrap.
  public func gemmU8S8(
    m: Int, n: Int, groups: Int,
    a: UnsafePointer<UInt8>, aRow: UnsafePointer<Int32>, aGroup: UnsafePointer<Int32>,
    weights: UnsafePointer<Int8>, start: UnsafePointer<Int32>?,
    accumulators: UnsafeMutablePointer<Int32>, stride: Int, path: ProductPath
  ) {
    precondition(m >= 0 && n >= 0 && groups >= 0, "gemmU8S8: a size is negative")
    precondition(stride >= n, "gemmU8S8: rows of \(n) results at a stride of \(stride) overlap")
    var arguments = octavo_gemm_u8s8(
      m: m, n: n, groups: groups, a: a, a_row: aRow, a_group: aGroup, b: weights, start: start,
      c: accumulators, ldc: stride)
    switch path {
    case .pairwise: table.pointee.gemm_u8s8_pairwise(&arguments)
    case .wide: table.pointee.gemm_u8s8_wide(&arguments)
    }
  }
}
