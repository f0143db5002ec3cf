import Kernels
import Synchronization
import TestSupport
import Testing

@Suite struct ComputeTests {
  // Would catch a cut that drops the last image, repeats one, or hangs on the threads: gradients are summed by shard.
  @Test(arguments: [0, 1, 7, 8, 9, 16, 17, 100]) func shardsCoverEverythingOnce(_ count: Int) throws {
    for threads in [1, 2] {
      let seen = Mutex([Int](repeating: 0, count: count))
      let firsts = Mutex(Set<Int>())
      try Compute(threads: threads).forEachShard(of: count) { images in
        _ = firsts.withLock { $0.insert(images.lowerBound) }
        seen.withLock { seen in for image in images { seen[image] += 1 } }
      }
      #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
      #expect(firsts.withLock { $0 } == Set(stride(from: 0, to: count, by: 8)))
    }
  }
}
