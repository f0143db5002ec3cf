import Kernels

/// With what an engine computes: one instruction set's kernels and a number of threads. Neither changes a result.
public struct Compute: Sendable {
  /// The kernels of the chosen instruction set.
  public let kernels: Kernels
  /// The workers that share a layer's work.
  public let pool: ThreadPool

  /// The given kernels on the given workers.
  public init(kernels: Kernels, pool: ThreadPool) {
    self.kernels = kernels
    self.pool = pool
  }

  /// Runs `body` over `0 ..< count` cut into at most `parts` runs of neighbours, in parallel.
  ///
  /// The cut depends on the two numbers alone, never on the threads.
  package func forEachPart(
    of count: Int, parts: Int, _ body: @Sendable (_ part: Int, _ range: Range<Int>) -> Void
  ) {
    let parts = min(count, parts)
    pool.forEach(parts) { part in
      body(part, (count * part / parts)..<(count * (part + 1) / parts))
    }
  }
}
