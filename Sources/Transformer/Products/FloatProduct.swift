import Kernels

/// Products in float32, their matrices packed in panels of 16 outputs.
struct FloatProduct: RowsProduct, @unchecked Sendable {
  // Unchecked: tables are written once, here.
  let inner: Int
  let outs: [Int]
  private let panels: [AlignedBuffer<Float>]
  private let shards: [ProductShard]
  private let rows, terms, weightRows: AlignedBuffer<Int32>
  private let outRows: [AlignedBuffer<Int32>]

  /// - Parameter matrices: (out, inner), row-major.
  init(inner: Int, _ matrices: [[Float]]) {
    self.inner = inner
    outs = matrices.map { $0.count / inner }
    panels = matrices.map { Self.packed($0, inner: inner) }
    shards = ProductShard.cut(outs)
    let block = TransformerEngine.blockTokens
    rows = AlignedBuffer(count: block, step: inner)
    terms = AlignedBuffer(count: inner, step: 1)
    weightRows = AlignedBuffer(count: inner, step: Kernels.panel)
    outRows = outs.map { AlignedBuffer(count: block, step: $0) }
  }

  /// A matrix in panels, [panel][term][output in panel].
  static func packed(_ matrix: [Float], inner: Int) -> AlignedBuffer<Float> {
    let (width, out) = (Kernels.panel, matrix.count / inner)
    let packed = AlignedBuffer<Float>(count: PackedWeights.panels(out) * inner * width)
    for row in 0..<out {
      let place = packed.pointer + row / width * inner * width + row % width
      for term in 0..<inner { place[term * width] = matrix[row * inner + term] }
    }
    return packed
  }

  func run(_ x: UnsafePointer<Float>, count: Int, into y: [UnsafeMutablePointer<Float>], compute: Compute) {
    // Unchecked: shards write outputs of their own.
    nonisolated(unsafe) let (x, y) = (x, y)
    compute.pool.forEach(shards.count) { index in
      let shard = shards[index]
      let first = shard.columns.lowerBound
      compute.kernels.gemmF32(
        m: count, n: shard.columns.count, k: inner, a: x, aRow: rows.pointer, aColumn: terms.pointer,
        b: panels[shard.matrix].pointer + first * inner, bRow: weightRows.pointer, bPanel: inner * Kernels.panel,
        c: y[shard.matrix] + first, cRow: outRows[shard.matrix].pointer)
    }
  }
}

/// Embeddings in float32.
struct FloatEmbedding: EmbeddingRows {
  let size: Int
  let values: [Float]

  func copy(_ token: Int, to row: UnsafeMutablePointer<Float>) {
    for index in 0..<size { row[index] = values[token * size + index] }
  }
}
