internal import CKernels
import Foundation
import Synchronization

/// The threads that help callers of `ThreadPool`: as many as were ever wanted at once, at most one fewer than cores,
/// started then and kept.
///
/// A helper that has run out of work looks for more for about a tenth of a millisecond before it sleeps. To wake a
/// sleeping thread takes as long as a layer of a small batch: an engine that works batch after batch finds its helpers
/// awake.
final class WorkerThreads: @unchecked Sendable {
  // Unchecked: a job is written by the caller that holds `isTaken`, before it opens, and read by helpers that entered it.

  /// Those of this process.
  static let shared = WorkerThreads(most: ProcessInfo.processInfo.activeProcessorCount - 1)

  /// How often a helper looks before it sleeps; each look takes some 40 nanoseconds.
  private static let looks = 2500

  private let isTaken = Atomic(false)
  /// How many jobs there were.
  private let generation = Atomic(0)
  /// Bit 0: whether helpers may enter the job; above it, how many are in it.
  private let state = Atomic(0)
  private let next = Atomic(0)
  private let sleepers = Atomic(0)
  private let wakeUp = NSCondition()
  /// Whether the caller sleeps until `allDone`.
  private let isWaitedFor = Atomic(false)
  private let allDone = NSCondition()
  /// How many helpers the job may have.
  private let wanted = Atomic(0)
  private var count = 0
  private var body: (@Sendable (Int) -> Void)?
  private let most: Int
  private var started = 0

  private init(most: Int) { self.most = most }

  /// Runs `body(0)`, ..., `body(count - 1)` on the calling thread and at most `helpers` others.
  /// - Returns: false, having done nothing, when the threads work for somebody else.
  func run(_ count: Int, helpers: Int, _ body: @escaping @Sendable (Int) -> Void) -> Bool {
    guard isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else { return false }
    while started < min(helpers, most) {
      started += 1
      Thread.detachNewThread { [self] in help() }
    }
    (self.count, self.body) = (count, body)
    wanted.store(helpers, ordering: .relaxed)
    next.store(0, ordering: .relaxed)
    state.store(1, ordering: .releasing)
    generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
      wakeUp.lock()
      wakeUp.broadcast()
      wakeUp.unlock()
    }
    takeShards()
    state.bitwiseAnd(~1, ordering: .sequentiallyConsistent)
    waitForHelpers()
    self.body = nil
    isTaken.store(false, ordering: .releasing)
    return true
  }

  /// Runs shards until none is left. Never inlined: the body may not outlive the job, and a reference to it could.
  @inline(never)
  private func takeShards() {
    guard let body else { return }
    while true {
      let shard = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard shard < count else { return }
      body(shard)
    }
  }

  private func help() {
    var seen = 0
    while true {
      seen = waitForWork(after: seen)
      guard enter() else { continue }
      takeShards()
      let left = state.wrappingSubtract(2, ordering: .sequentiallyConsistent).newValue
      guard left == 0, isWaitedFor.load(ordering: .sequentiallyConsistent) else { continue }
      allDone.lock()
      allDone.broadcast()
      allDone.unlock()
    }
  }

  /// Waits for the helpers that are in the job. One that another process keeps from its core takes long: the caller, who may
  /// be in its way, then sleeps.
  private func waitForHelpers() {
    for _ in 0..<Self.looks {
      if state.load(ordering: .acquiring) == 0 { return }
      octavo_pause()
    }
    allDone.lock()
    defer { allDone.unlock() }
    isWaitedFor.store(true, ordering: .sequentiallyConsistent)
    while state.load(ordering: .sequentiallyConsistent) != 0 { allDone.wait() }
    isWaitedFor.store(false, ordering: .relaxed)
  }

  /// Waits for a job later than `seen`, and returns its number.
  private func waitForWork(after seen: Int) -> Int {
    for _ in 0..<Self.looks {
      let found = generation.load(ordering: .acquiring)
      if found != seen { return found }
      octavo_pause()
    }
    wakeUp.lock()
    defer { wakeUp.unlock() }
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    defer { sleepers.wrappingSubtract(1, ordering: .relaxed) }
    while true {
      let found = generation.load(ordering: .sequentiallyConsistent)
      if found != seen { return found }
      wakeUp.wait()
    }
  }

  /// Joins the job, unless it is over or has helpers enough.
  private func enter() -> Bool {
    var found = state.load(ordering: .acquiring)
    while found & 1 == 1 && found >> 1 < wanted.load(ordering: .relaxed) {
      let result = state.compareExchange(expected: found, desired: found + 2, ordering: .acquiringAndReleasing)
      if result.exchanged { return true }
      found = result.original
    }
    return false
  }
}
