internal import CKernels

/// Bits of a weight whose scale belongs to a group of neighbouring terms.
public enum GroupBits: Int, Sendable, CaseIterable {
  case four = 4
  case eight = 8
}

/// Rows cut into groups of neighbouring values, each with a scale of its own, and their products with weights that are cut
/// likewise.
extension Kernels {
  /// Quantizes groups of values: scale = max|x| / 127 of the group, q[k] = rne(x[k] / scale), zeros where the scale is 0. A
  /// group with a value that is not finite has the scale NaN and zeros.
  /// - Parameters:
  ///   - count: values, a multiple of `group`.
  ///   - scales: one for each group.
  ///   - sums: of each group's integers.
  public func quantizeGroups(
    count: Int, group: Int, x: UnsafePointer<Float>, q: UnsafeMutablePointer<Int8>,
    scales: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Int32>
  ) {
    precondition(
      count >= 0 && group >= 1 && count % group == 0, "quantizeGroups: \(count) values in groups of \(group)")
    var arguments = octavo_quantize_groups(count: count, group: group, x: x, q: q, scale: scales, sum: sums)
    table.pointee.quantize_groups(&arguments)
  }

  /// y[i][j] = the chain over groups p, ascending, of y = fma(f32(s), f32(aScales[i][p] * scale[p][j]), y), from +0, with the
  /// exact sum s over a group's terms t of a[i][p][t] w[p][j][t].
  ///
  /// - Parameters:
  ///   - bits: of a weight; of 4, a group has a multiple of 8 terms.
  ///   - m: rows.
  ///   - n: outputs.
  ///   - groups: of each row.
  ///   - group: terms of each, a multiple of 4.
  ///   - a: rows of groups * group bytes within -127 ... 127, `quantizeGroups`'s.
  ///   - aScales, aSums: of each row's groups.
  ///   - weights: in panels of 16 outputs; in each, fours of terms, [four][output][term]: of 8 bits a byte each; of 4 bits the
  ///     weights plus 8 in half bytes, those of an even four in the lower halves, of the odd four behind it in the upper
  ///     ones.
  ///   - scales: binary16, [panel][group][output].
  ///   - y: y[i][j] lies at `y[i * stride + j]`.
  public func gemmGroups(
    bits: GroupBits, m: Int, n: Int, groups: Int, group: Int, a: UnsafePointer<Int8>, aScales: UnsafePointer<Float>,
    aSums: UnsafePointer<Int32>, weights: UnsafePointer<UInt8>, scales: UnsafePointer<UInt16>,
    y: UnsafeMutablePointer<Float>, stride: Int
  ) {
    precondition(m >= 0 && n >= 0 && groups >= 0 && stride >= n, "gemmGroups: a size is negative, or rows overlap")
    precondition(group >= 1 && group % (bits == .four ? 8 : 4) == 0, "gemmGroups: groups of \(group)")
    var arguments = octavo_gemm_groups(
      m: m, n: n, groups: groups, fours: group / 4, a: a, a_row: groups * group, a_scale: aScales, a_sum: aSums,
      w: weights, w_scale: scales, y: y, y_row: stride)
    switch bits {
    case .eight: table.pointee.gemm_groups_8(&arguments)
    case .four: table.pointee.gemm_groups_4(&arguments)
    }
  }
}
