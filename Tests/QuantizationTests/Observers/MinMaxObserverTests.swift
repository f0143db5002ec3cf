import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct MinMaxObserverTests {
  // Would catch batches that replace what was seen, and in-range batches that are dropped.
  @Test func batchesCountTogetherInAnyOrder() throws {
    var random = SeededGenerator(seed: 62)
    let batches = (1...20).map { random.floats($0, -4, 9) }
    let all = batches.flatMap { $0 }
    let expected = ObservedRange(low: all.min() ?? 0, high: all.max() ?? 0)
    for _ in 0..<5 {
      var observer = MinMaxObserver()
      for index in random.permutation(batches.count) { try observer.observe(batches[index][...]) }
      #expect(observer.observed == expected)
    }
  }
}
