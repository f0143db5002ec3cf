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

  /// Images that one worker takes through layer after layer before it takes others: their activations stay in its
  /// cache, and a linear layer's weights are read once for all of them. A convolution's weight gradient is summed over a
  /// shard first, so that it decides bits.
  package static let imagesPerShard = 8

  /// Shards of `count` images.
  package static func shards(of count: Int) -> Int { (count + imagesPerShard - 1) / imagesPerShard }

  /// Runs `body` over `0 ..< count` in shards of neighbouring images, in parallel. The cut depends on `count` alone.
  package func forEachShard(of count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let size = Self.imagesPerShard
    pool.forEach(Self.shards(of: count)) { shard in
      body(shard * size..<min((shard + 1) * size, count))
    }
  }

  /// Takes `count` images through steps: a worker takes some through step after step, and all wait where a step needs
  /// the batch as a whole.
  /// - Parameters:
  ///   - needsBatch: whether `body` is to be called once, with all images, on the calling thread.
  ///   - load: makes some images ready for the first step.
  ///   - body: runs a step on some images.
  package func run<Step>(
    _ steps: [Step], count: Int, needsBatch: (Step) -> Bool, load: @Sendable (Range<Int>) -> Void = { _ in },
    body: @Sendable (Step, Range<Int>) -> Void
  ) {
    // Unchecked: shards write memory of their own.
    nonisolated(unsafe) let steps = steps
    var next = 0
    repeat {
      let end = steps[next...].firstIndex(where: needsBatch) ?? steps.count
      let part = next..<end
      if next == 0 || !part.isEmpty {
        forEachShard(of: count) { images in
          if part.lowerBound == 0 { load(images) }
          for index in part { body(steps[index], images) }
        }
      }
      if end < steps.count { body(steps[end], 0..<count) }
      next = end + 1
    } while next < steps.count
  }
}
