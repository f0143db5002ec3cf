import Kernels

/// Channels of rows that stay float, and the columns of matrices that they meet: what few channels carry that are far larger than
/// the others would cost these their resolution (LLM.int8(), Dettmers et al. 2022).
public struct OutlierColumns: @unchecked Sendable {
  // Unchecked: tables are written once, here.

  /// The channels, ascending.
  public let channels: [Int]
  private let columns: [AlignedBuffer<Float>]
  private let terms, weightRows: AlignedBuffer<Int32>

  /// - Parameters:
  ///   - channels: ascending, at least one.
  ///   - matrices: for each matrix its columns, row-major (out, channels).
  public init(channels: [Int], matrices: [[Float]]) {
    precondition(!channels.isEmpty, "OutlierColumns: no channels")
    self.channels = channels
    columns = matrices.map { FloatProduct.packed($0, inner: channels.count) }
    terms = AlignedBuffer(channels.map(Int32.init))
    weightRows = AlignedBuffer(count: channels.count, step: Kernels.panel)
  }

  /// Adds their products to some outputs of a matrix: y[i][j] = the chain over the channels c, ascending, from y[i][j], of
  /// fma(x[i][c], w[j][c], y[i][j]).
  func add(
    _ x: UnsafePointer<Float>, count: Int, rows: UnsafePointer<Int32>, to shard: ProductShard,
    y: UnsafeMutablePointer<Float>, outRows: UnsafePointer<Int32>, kernels: Kernels
  ) {
    let first = shard.columns.lowerBound
    kernels.gemmF32(
      m: count, n: shard.columns.count, k: channels.count, a: x, aRow: rows, aColumn: terms.pointer,
      b: columns[shard.matrix].pointer + first * channels.count, bRow: weightRows.pointer,
      bPanel: channels.count * Kernels.panel, c: y + first, cRow: outRows, start: .accumulate)
  }
}
