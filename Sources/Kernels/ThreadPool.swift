import Dispatch
import Synchronization

/// Runs the shards of a computation on several threads.
///
/// Which thread runs a shard, and when, is not determined. Results are, when the caller cuts the work into shards
/// by a rule that knows nothing of threads and each shard writes only its own output.
public struct ThreadPool: Sendable {
  /// Threads that work at once, at most, counting the one that calls; never more than the machine has cores.
  public let threads: Int

  /// A pool of so many threads. It costs nothing to make: the threads are shared.
  public init(threads: Int) {
    precondition(threads >= 1, "ThreadPool: \(threads) threads")
    self.threads = threads
  }

  /// Runs `body(0)`, ..., `body(count - 1)`, each once, and returns when all have returned. One shard or one thread
  /// runs on the calling thread, in order.
  public func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    precondition(count >= 0, "ThreadPool: \(count) shards")
    if threads == 1 || count <= 1 {
      for shard in 0..<count { body(shard) }
      return
    }
    let isDone = withoutActuallyEscaping(body) { WorkerThreads.shared.run(count, helpers: min(threads, count) - 1, $0) }
    if isDone { return }
    // The threads are taken: by another caller, or by this one, further up. The system's threads serve as well.
    // Each worker takes the next shard, so that a slow core does not keep the others waiting.
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let shard = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard shard < count else { return }
        body(shard)
      }
    }
  }
}
