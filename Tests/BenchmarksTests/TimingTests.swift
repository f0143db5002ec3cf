import Benchmarks
import Testing

@Suite struct TimingTests {
  // Would catch a median of unsorted values, or of the wrong middle.
  @Test(arguments: [
    ([3.0], 3.0, 3.0, 3.0), ([5, 1, 3], 3, 1, 5), ([9, 1, 1, 2, 8], 2, 1, 9), ([4, 1, 2, 8], 3, 1, 8),
  ])
  func medianLeastAndGreatest(_ seconds: [Double], _ median: Double, _ least: Double, _ greatest: Double) {
    let timing = Timing(seconds: seconds)
    #expect(timing.median == median && timing.least == least && timing.greatest == greatest)
    #expect(timing.passes == seconds.count)
  }

  @Test func spreadIsTheExcessOfTheSlowest() {
    #expect(Timing(seconds: [2, 3, 2.5]).spread == 0.5)
    #expect(Timing(seconds: [2, 2, 2]).spread == 0)
  }
}

@Suite struct StopwatchTests {
  // Would catch all passes of one work before those of the next: one bad moment would then hit one of them alone.
  @Test func worksTakeTurns() {
    var order = ""
    let timings = Stopwatch(passes: 3, leastSeconds: 0).time([{ order += "a" }, { order += "b" }])
    #expect(order == "abababab")
    #expect(timings.map(\.passes) == [3, 3])
  }

  // Would catch an hour of passes where one tells enough, and an even number of them.
  @Test(arguments: [(0.0, 1), (1e9, 5)]) func longWorkHasFewerPasses(_ mostSeconds: Double, _ passes: Int) {
    var runs = 0
    let timing = Stopwatch(passes: 5, leastSeconds: 0, mostSeconds: mostSeconds).time([{ runs += 1 }])[0]
    #expect(timing.passes == passes && runs == passes + 1)
  }

  // Would catch a pass whose time is not divided by its repetitions, or a clock's zero taken for a time.
  @Test func shortWorkIsRepeatedAndItsTimeIsThatOfOne() {
    var calls = 0
    let timing = Stopwatch(passes: 1, leastSeconds: 1e-3).time([{ calls += 1 }])[0]
    #expect(calls > 4)
    #expect(timing.median > 0 && timing.median < 1e-3)
  }
}
