import Layers
import Synchronization
import TestSupport
import Testing

@Suite struct ComputeTests {
  // Would catch a cut that drops the last element, repeats one, or makes more parts than there is scratch for.
  @Test(arguments: [0, 1, 2, 15, 16, 17, 100]) func partsCoverEverythingOnce(_ count: Int) throws {
    for threads in [1, 2] {
      let seen = Mutex([Int](repeating: 0, count: count))
      let parts = Mutex(Set<Int>())
      try Compute(threads: threads).forEachPart(of: count, parts: 16) { part, range in
        _ = parts.withLock { $0.insert(part) }
        seen.withLock { seen in for index in range { seen[index] += 1 } }
      }
      #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
      #expect(parts.withLock { $0 } == Set(0..<min(count, 16)))
    }
  }
}
