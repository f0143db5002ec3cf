import Evaluation
import TestSupport
import Testing

@Suite struct SpeedTests {
  // No claim about time: only that each engine runs one pass untimed and the others timed, over all images, and that
  // a rate comes out. Would catch a pass that leaves out the last batch.
  @Test func everyPassCoversAllImages() {
    let scores = [[Float]](repeating: [0, 1], count: 5)
    let (first, second) = (FixedEngine(scores, capacity: 2), FixedEngine(scores, capacity: 4))
    let speed = Speed(of: first, and: second, on: FixedEngine.images([0, 0, 0, 0, 0]), passes: 3)
    #expect(speed.batch == 2 && speed.passes == 3)
    #expect(first.batches == [2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2, 1] && second.batches == first.batches)
    #expect(speed.first > 0 && speed.first.isFinite && speed.second > 0 && speed.second.isFinite)
  }

  @Test func aBatchIsNoLargerThanTheSet() {
    let engine = FixedEngine([[0, 1]], capacity: 100)
    #expect(Speed(of: engine, and: engine, on: FixedEngine.images([0]), passes: 1).batch == 1)
  }
}
