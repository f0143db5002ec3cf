import Kernels
import Testing

@Suite struct ThreadPoolTests {
  // Would catch a shard that is left out or run twice, at every relation of shards to threads.
  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 3, 7, 1000])
  func runsEachShardOnce(_ threads: Int, _ count: Int) {
    let runs = AlignedBuffer<Int32>(count: count)
    ThreadPool(threads: threads).forEach(count) { runs.pointer[$0] += 1 }
    #expect(runs.buffer.allSatisfy { $0 == 1 })
  }

  // Would catch a return before the last shard has finished.
  @Test func returnsAfterAllShards() {
    let pool = ThreadPool(threads: 2)
    let sums = AlignedBuffer<Int>(count: 2)
    for round in 1...200 {
      pool.forEach(2) { shard in
        for i in 1...(shard == 0 ? 10 : 2000) { sums.pointer[shard] += i }
      }
      #expect(sums.pointer[0] == round * 55)
      #expect(sums.pointer[1] == round * 2_001_000)
    }
  }

  // Would catch a shard of one job that runs in another, and a job that ends while a helper is still in it.
  @Test func manyMayUseItAtOnce() {
    let sums = AlignedBuffer<Int>(count: 6)
    ThreadPool(threads: 6).forEach(6) { caller in
      let pool = ThreadPool(threads: 2 + caller % 3)
      for round in 1...500 {
        let parts = AlignedBuffer<Int>(count: 9)
        pool.forEach(9) { parts.pointer[$0] = round * $0 }
        sums.pointer[caller] += parts.buffer.reduce(0, +)
      }
    }
    #expect(sums.buffer.allSatisfy { $0 == 36 * 500 * 501 / 2 })
  }

  // Would catch a lock held while a shard runs.
  @Test func shardsMayUseThePool() {
    let pool = ThreadPool(threads: 2)
    let runs = AlignedBuffer<Int32>(count: 12)
    pool.forEach(3) { outer in pool.forEach(4) { inner in runs.pointer[outer * 4 + inner] += 1 } }
    #expect(runs.buffer.allSatisfy { $0 == 1 })
  }
}
