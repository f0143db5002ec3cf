import Timing
import Synchronization
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

/// Work that takes as long as it says, on a clock that nothing else moves. All times are whole quarters of a second, so
/// that sums and quotients are exact.
private final class QuarterClock: Sendable {
  private let now = Atomic(0)
  private let calls = Atomic(0)

  var count: Int { calls.load(ordering: .relaxed) }

  /// Takes so many quarters of a second.
  func work(_ quarters: Int) {
    now.wrappingAdd(quarters, ordering: .relaxed)
    calls.wrappingAdd(1, ordering: .relaxed)
  }

  func stopwatch(passes: Int, leastSeconds: Double, mostSeconds: Double = 1e9) -> Stopwatch {
    Stopwatch(passes: passes, leastSeconds: leastSeconds, mostSeconds: mostSeconds) { body in
      let start = self.now.load(ordering: .relaxed)
      body()
      return Double(self.now.load(ordering: .relaxed) - start) / 4
    }
  }
}

@Suite struct StopwatchTests {
  // Would catch all passes of one work before those of the next: one bad moment would then hit one of them alone.
  @Test func worksTakeTurns() {
    let clock = QuarterClock()
    var order = ""
    let timings = clock.stopwatch(passes: 3, leastSeconds: 0).time([
      {
        order += "a"
        clock.work(1)
      },
      {
        order += "b"
        clock.work(2)
      },
    ])
    #expect(order == "abababab")
    #expect(timings.map(\.passes) == [3, 3] && timings.map(\.median) == [0.25, 0.5])
  }

  // Would catch an hour of passes where one tells enough, and an even number of them.
  @Test(arguments: [(0.0, 1), (0.25, 1), (0.5, 1), (0.75, 3), (1, 3), (1.25, 5), (1e9, 5)])
  func longWorkHasFewerPasses(_ mostSeconds: Double, _ passes: Int) {
    let clock = QuarterClock()
    let timing = clock.stopwatch(passes: 5, leastSeconds: 0, mostSeconds: mostSeconds).time([{ clock.work(1) }])[0]
    #expect(timing.passes == passes && clock.count == passes + 1)
  }

  // A pass of a second holds four of a quarter. Would catch a pass whose time is not divided by its repetitions, and
  // passes too short because the first run of all, on cold caches, took twice as long.
  @Test func shortWorkIsRepeatedAndItsTimeIsThatOfOne() {
    let clock = QuarterClock()
    let timing = clock.stopwatch(passes: 3, leastSeconds: 1).time([{ clock.work(clock.count == 0 ? 2 : 1) }])[0]
    #expect(timing == Timing(seconds: [0.25, 0.25, 0.25]))
    // Three to plan, and in each pass one beforehand and four.
    #expect(clock.count == 3 + 3 * (1 + 4))
  }

  // Would catch a clock's zero taken for a time: a rate would be infinite.
  @Test func nothingTakesSomeTime() {
    #expect(Stopwatch.seconds {} > 0)
  }
}
