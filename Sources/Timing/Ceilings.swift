import Kernels

/// What this machine can reach with an instruction set: work that is timed in turn with the kernels that it is the
/// measure of. The best pass counts.
package struct Ceilings {
  /// One of the loops.
  package enum Measure: Hashable {
    /// Multiplications and additions in registers, on so many threads.
    case loop(Peaks.Loop, threads: Int)
    /// A copy that moves as many bytes as a kernel in as many shards, in place where what is written was read; only
    /// reading where nothing is written.
    case copy(read: Int, written: Int, inPlace: Bool, shards: Int, threads: Int)
  }

  private let peaks: Peaks
  /// Room for the largest copy.
  private let memory: AlignedBuffer<UInt8>

  /// Rounds of a shard: about a tenth of a millisecond, beside which starting threads is little.
  private static let rounds = 50_000
  /// Shards of a thread: one that starts late leaves some to the others.
  private static let shards = 8

  /// The loops of a set, with room for the given measures.
  package init(_ set: InstructionSet, for measures: [Measure]) throws {
    peaks = try Peaks(set)
    memory = AlignedBuffer(count: measures.map(\.bytes).max() ?? 0)
  }

  /// The loop, once.
  package func work(_ measure: Measure) -> () -> Void {
    let (peaks, memory) = (peaks, memory)
    switch measure {
    case .loop(let loop, let threads):
      let pool = ThreadPool(threads: threads)
      return { pool.forEach(Self.shards * threads) { _ in peaks.run(loop, rounds: Self.rounds) } }
    case .copy(let read, let written, let inPlace, let shards, let threads):
      let pool = ThreadPool(threads: threads)
      let size = Measure.shardSize(read: read, written: written, shards: shards)
      let gap = inPlace ? 0 : size * shards
      return {
        pool.forEach(shards) { shard in
          let from = memory.pointer + shard * size
          guard written > 0 else { return peaks.read(bytes: size, from: from) }
          peaks.copy(bytes: size, from: from, to: from + gap)
        }
      }
    }
  }

  /// Operations or bytes a second.
  package func rate(_ measure: Measure, _ timing: Timing) -> Double {
    switch measure {
    case .loop(let loop, let threads):
      Double(Self.shards * threads * Self.rounds * peaks.operations(of: loop)) / timing.least
    case .copy(let read, let written, _, let shards, _):
      Double((written > 0 ? 2 : 1) * shards * Measure.shardSize(read: read, written: written, shards: shards))
        / timing.least
    }
  }
}

extension Ceilings.Measure {
  /// Bytes that a shard reads.
  fileprivate static func shardSize(read: Int, written: Int, shards: Int) -> Int {
    (written > 0 ? (read + written) / 2 : read) / shards
  }

  /// Bytes of memory that it needs.
  fileprivate var bytes: Int {
    guard case .copy(let read, let written, let inPlace, _, _) = self else { return 0 }
    return written > 0 && inPlace ? (read + written) / 2 : read + written
  }
}
