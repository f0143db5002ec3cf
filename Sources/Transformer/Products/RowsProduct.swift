import Kernels

/// Matrices that multiply the same rows of activations: queries, keys and values; gate and up; one alone.
///
/// y[i][j] = sum over k of x[i][k] W[j][k]. Every result is one chain of operations in an order that knows nothing of how
/// many rows come at once, of threads, or of the instruction set.
package protocol RowsProduct: Sendable {
  /// Values of a row that goes in.
  var inner: Int { get }
  /// Values of a row that each matrix makes of it.
  var outs: [Int] { get }
  /// Computes some rows. x has `count` rows of `inner` values, each y `count` rows of its matrix's `out`.
  func run(
    _ x: UnsafePointer<Float>, count: Int, into y: [UnsafeMutablePointer<Float>], compute: Compute)
}

/// Rows by token: what the first layer reads.
package protocol EmbeddingRows: Sendable {
  /// Writes a token's row.
  func copy(_ token: Int, to row: UnsafeMutablePointer<Float>)
}

/// Outputs of a matrix that one shard computes: whole panels.
struct ProductShard: Sendable {
  /// Which matrix.
  let matrix: Int
  /// Which of its outputs.
  let columns: Range<Int>

  /// Panels in a shard: enough for a thread to be worth waking, few enough for two threads to end together.
  private static let panels = 4

  /// Matrices of so many outputs, cut by a rule that knows nothing of threads.
  static func cut(_ outs: [Int]) -> [ProductShard] {
    let width = panels * Kernels.panel
    return outs.enumerated().flatMap { matrix, out in
      stride(from: 0, to: out, by: width).map { ProductShard(matrix: matrix, columns: $0..<min($0 + width, out)) }
    }
  }
}
