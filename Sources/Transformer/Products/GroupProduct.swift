import Kernels

/// Products of integers whose scales belong to groups of neighbouring terms, of weights and of rows alike, as Q8_0 and Q4_0
/// have it: a group's sum is exact in 32 bits, and groups are added in float32.
///
///     q[i][k] = rne(x[i][k] / s[i][p]),  s[i][p] = max |x[i]| / 127 of group p
///     y[i][j] = the chain over p, ascending, of fma(f32(sum of group p), f32(s[i][p] * scale[p][j]), y)
package struct GroupProduct: RowsProduct, Sendable {
  package let inner: Int
  package let outs: [Int]
  private let matrices: [GroupedMatrix]
  private let shards: [ProductShard]
  private let group: Int

  /// - Precondition: the matrices have the same terms in the same groups.
  package init(_ matrices: [GroupedMatrix]) {
    let layout = matrices[0].layout
    precondition(
      matrices.allSatisfy { $0.layout.inner == layout.inner && $0.layout.group == layout.group },
      "GroupProduct: unlike rows")
    (inner, group) = (layout.inner, layout.group)
    outs = matrices.map(\.layout.out)
    self.matrices = matrices
    shards = ProductShard.cut(outs)
  }

  package func run(_ x: UnsafePointer<Float>, count: Int, into y: [UnsafeMutablePointer<Float>], compute: Compute) {
    let groups = inner / group
    withScratch(Int8.self, count: count * inner) { q in
      withScratch(Float.self, count: count * groups) { scales in
        withScratch(Int32.self, count: count * groups) { sums in
          // Unchecked: shards write rows, then outputs, of their own.
          nonisolated(unsafe) let (x, q, scales, sums, y) = (x, q, scales, sums, y)
          compute.forEachShard(of: count) { rows in
            let (first, at) = (rows.lowerBound * inner, rows.lowerBound * groups)
            compute.kernels.quantizeGroups(
              count: rows.count * inner, group: group, x: x + first, q: q + first, scales: scales + at, sums: sums + at)
          }
          compute.pool.forEach(shards.count) { index in
            let shard = shards[index]
            let (matrix, first) = (matrices[shard.matrix], shard.columns.lowerBound)
            let panel = first / Kernels.panel
            compute.kernels.gemmGroups(
              bits: matrix.layout.bits, m: count, n: shard.columns.count, groups: groups, group: group, a: q,
              aScales: scales, aSums: sums, weights: matrix.integers + panel * matrix.layout.panelByteCount,
              scales: matrix.scales + panel * groups * Kernels.panel, y: y[shard.matrix] + first,
              stride: outs[shard.matrix])
          }
        }
      }
    }
  }
}
