import Kernels

/// Products of float rows with a matrix of integers that is only stored as such: a panel at a time becomes real numbers, and
/// all arithmetic is float32.
package struct WeightOnlyProduct: RowsProduct, @unchecked Sendable {
  // Unchecked: tables are written once, here.
  package let inner: Int
  package let outs: [Int]
  private let matrices: [PackedMatrix]
  private let shards: [ProductShard]
  private let rows, terms, weightRows: AlignedBuffer<Int32>
  private let outRows: [AlignedBuffer<Int32>]

  package init(_ matrices: [PackedMatrix]) {
    inner = matrices[0].inner
    outs = matrices.map(\.out)
    self.matrices = matrices
    shards = ProductShard.cut(outs)
    let block = TransformerEngine.blockTokens
    rows = AlignedBuffer(count: block, step: inner)
    terms = AlignedBuffer(count: inner, step: 1)
    weightRows = AlignedBuffer(count: inner, step: Kernels.panel)
    outRows = outs.map { AlignedBuffer(count: block, step: $0) }
  }

  package func run(_ x: UnsafePointer<Float>, count: Int, into y: [UnsafeMutablePointer<Float>], compute: Compute) {
    // Unchecked: shards write outputs of their own.
    nonisolated(unsafe) let (x, y) = (x, y)
    let width = Kernels.panel
    compute.pool.forEach(shards.count) { index in
      let shard = shards[index]
      withScratch(Float.self, count: inner * width) { panel in
        for first in stride(from: shard.columns.lowerBound, to: shard.columns.upperBound, by: width) {
          unpack(matrices[shard.matrix], first, to: panel)
          compute.kernels.gemmF32(
            m: count, n: min(width, shard.columns.upperBound - first), k: inner, a: x, aRow: rows.pointer,
            aColumn: terms.pointer, b: panel, bRow: weightRows.pointer, bPanel: inner * width,
            c: y[shard.matrix] + first, cRow: outRows[shard.matrix].pointer)
        }
      }
    }
  }

  /// The real numbers of the panel that begins with an output, term by term.
  private func unpack(_ matrix: PackedMatrix, _ first: Int, to panel: UnsafeMutablePointer<Float>) {
    let width = Kernels.panel
    let integers = matrix.integers + first * PackedMatrix.groups(inner) * 4
    for lane in 0..<width {
      let scale = first + lane < matrix.out ? matrix.scales[first + lane] : 0
      for term in 0..<inner {
        panel[term * width + lane] = Float(integers[(term / 4 * width + lane) * 4 + term % 4]) * scale
      }
    }
  }
}
