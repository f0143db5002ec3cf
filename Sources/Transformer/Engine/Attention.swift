import Kernels

/// Attention over the tokens of a block: of each key-value head and the query heads that it serves, on its own.
///
/// A query's row is computed alone: its scores over the positions up to its own, their softmax, and the sum of values, each
/// one chain in ascending position. Later positions of its lot take part with weight +0, which changes no sum.
struct Attention: @unchecked Sendable {
  // Unchecked: tables are written once, here.
  private let configuration: TransformerConfiguration
  private let terms, keyRows, valueRows: AlignedBuffer<Int32>

  /// - Parameter positions: the longest sequence.
  init(_ configuration: TransformerConfiguration, positions: Int) {
    self.configuration = configuration
    terms = AlignedBuffer(count: max(configuration.headSize, positions), step: 1)
    keyRows = AlignedBuffer(count: configuration.headSize, step: Kernels.panel)
    valueRows = AlignedBuffer(count: positions, step: configuration.headSize)
  }

  /// Tokens of a block that are taken together: each lot sees no position behind its last.
  private static let lot = 32

  /// Attention of all heads.
  /// - Parameters:
  ///   - first: the position of the block's first token.
  ///   - count: tokens of the block, the last positions of the cache.
  ///   - queries: (count, heads, headSize), turned.
  ///   - output: likewise.
  func run(
    layer: Int, cache: KeyValueCache, first: Int, count: Int, queries: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, compute: Compute
  ) {
    // Unchecked: a shard writes its own tokens' values of its own heads.
    nonisolated(unsafe) let (queries, output) = (queries, output)
    let lots = (count + Self.lot - 1) / Self.lot
    compute.pool.forEach(configuration.keyValueHeads * lots) { shard in
      // The last lots see most and come first, so that threads end together.
      let begin = (lots - 1 - shard / configuration.keyValueHeads) * Self.lot
      run(
        head: shard % configuration.keyValueHeads, layer: layer, cache: cache, first: first + begin,
        count: min(Self.lot, count - begin), queries: queries + begin * configuration.hiddenSize,
        output: output + begin * configuration.hiddenSize, kernels: compute.kernels)
    }
  }

  private func run(
    head: Int, layer: Int, cache: KeyValueCache, first: Int, count: Int, queries: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, kernels: Kernels
  ) {
    let (size, hidden) = (configuration.headSize, configuration.hiddenSize)
    let group = configuration.heads / configuration.keyValueHeads
    let (positions, rows) = (first + count, count * group)
    let stride = PackedWeights.panels(positions) * Kernels.panel
    withScratch(Float.self, count: rows * stride) { scores in
      withScratch(Int32.self, count: 3 * rows) { tables in
        let (tokenRows, scoreRows, counts) = (tables, tables + rows, tables + 2 * rows)
        for row in 0..<rows {
          tokenRows[row] = Int32(row / group * hidden + (head * group + row % group) * size)
          scoreRows[row] = Int32(row * stride)
          counts[row] = Int32(first + row / group + 1)
        }
        cache.withHead(head, layer: layer, positions: positions) { keys, values in
          kernels.gemmF32(
            m: rows, n: positions, k: size, a: queries, aRow: tokenRows, aColumn: terms.pointer,
            b: keys, bRow: keyRows.pointer, bPanel: size * Kernels.panel, c: scores, cRow: scoreRows)
          kernels.softmax(
            m: rows, n: positions, counts: counts, factor: 1 / Float(size).squareRoot(), x: scores, stride: stride)
          kernels.gemmF32(
            m: rows, n: size, k: positions, a: scores, aRow: scoreRows, aColumn: terms.pointer,
            b: values, bRow: valueRows.pointer, bPanel: Kernels.panel, c: output, cRow: tokenRows)
        }
      }
    }
  }
}
