import StageKit
import Testing

@Suite("The progress bar's line")
struct ProgressTests {
  private func draw(
    _ done: Int, of total: Int, width: Int = 80, what: String = "", rate: Double? = nil, figure: String = ""
  ) -> String {
    Progress.draw(
      .init(label: "train", what: what, done: done, total: total, rate: rate, unit: "images", figure: figure),
      width: width)
  }

  @Test("everything, as a terminal of 80 columns shows it")
  func whole() {
    #expect(
      draw(30_000, of: 60_000, what: "epoch 1 of 2", rate: 14_912, figure: "loss 0.1830")
        == "train  epoch 1 of 2 [#####.....]  50 %  14.9k images/s  3 s left  loss 0.1830")
  }

  @Test("from nothing to all; never rounded up")
  func shares() {
    #expect(draw(0, of: 8) == "train [..........]   0 %")
    #expect(draw(4, of: 8) == "train [#####.....]  50 %")
    #expect(draw(8, of: 8) == "train [##########] 100 %")
    #expect(draw(999, of: 1000) == "train [#########.]  99 %")
  }

  @Test("counts that make no sense are drawn as an end of the bar")
  func senseless() {
    #expect(draw(9, of: 8) == draw(8, of: 8))
    #expect(draw(-1, of: 8) == draw(0, of: 8))
    #expect(draw(0, of: 0) == draw(8, of: 8))
  }

  @Test("no time is left when all is done; no rate, no time", arguments: [nil, 0, .nan, .infinity, -1])
  func noRate(_ rate: Double?) {
    #expect(draw(1, of: 2, rate: rate, figure: "loss 1") == "train [#####.....]  50 %  loss 1")
    #expect(!draw(2, of: 2, rate: 7).contains("left"))
  }

  @Test("narrower, fields go from the right, then the bar")
  func narrower() {
    let fields = { (width: Int) in
      draw(1, of: 2, width: width, what: "epoch 1 of 2", rate: 10, figure: "loss 0.1830")
    }
    #expect(fields(76).hasSuffix("  10.0 images/s  1 s left  loss 0.1830"))
    #expect(fields(64).hasSuffix("%  10.0 images/s  1 s left"))
    #expect(fields(55).hasSuffix("%  10.0 images/s"))
    #expect(fields(40) == "train  epoch 1 of 2 [##...]  50 %")
    #expect(fields(30) == "train  epoch 1 of 2  50 %")
    #expect(fields(10) == "train  ep")
  }

  /// A line as wide as the terminal would wrap, and the bar would climb.
  @Test("narrower than the terminal, whatever its width", arguments: 0...120)
  func width(_ width: Int) {
    for done in [0, 1, 50, 100] {
      for rate in [nil, 0.001, 14_912, 1e12] {
        let line = draw(done, of: 100, width: width, what: "epoch 1 of 2", rate: rate, figure: "loss 0.1830")
        #expect(line.count <= max(width - 1, 0))
      }
    }
  }

  @Test(
    "rates of three digits",
    arguments: [
      (0.5, "0.50"), (7.416, "7.42"), (9.996, "10.0"), (315.4, "315"), (999.4, "999"), (999.6, "1.00k"),
      (14_912, "14.9k"), (999_600, "1.00M"), (2.5e9, "2.50G"),
    ])
  func rates(_ rate: Double, _ text: String) { #expect(Progress.short(rate) == text) }

  @Test(
    "times, rounded up",
    arguments: [
      (0.01, "1 s"), (2, "2 s"), (59.5, "1:00"), (65, "1:05"), (3599.2, "1:00:00"), (7420, "2:03:40"),
      (1e300, "99:59:59"),
    ])
  func times(_ seconds: Double, _ text: String) { #expect(Progress.clock(seconds) == text) }
}

@Suite("How fast a count grows")
struct RateTests {
  /// Counts by steps of `seconds`.
  private func rate(_ counts: [Int], every seconds: Double = 1) -> Double? {
    var rate = Progress.Rate()
    for (index, count) in counts.enumerated() { rate.count(count, at: 100 + Double(index) * seconds) }
    // A ratio of sums that fade is off by units in the last place.
    return rate.perSecond.map { ($0 * 1e6).rounded() / 1e6 }
  }

  @Test("nothing is said without half a second to judge by, nor when nothing was done")
  func basis() {
    #expect(rate([]) == nil)
    #expect(rate([5]) == nil)
    #expect(rate([0, 10, 20], every: 0.125) == nil)
    #expect(rate([0, 10, 20, 30, 40], every: 0.125) == 80)
    #expect(rate([7, 7, 7]) == nil)
  }

  @Test("a steady count has its own rate, whatever was done before the first look")
  func steady() {
    #expect(rate([0, 10, 20, 30]) == 10)
    #expect(rate([1000, 1010, 1020]) == 10)
  }

  @Test("what was long ago does not count: between old and new, and near the new")
  func fading() throws {
    let slow = Array(0...20)
    let both = try #require(rate(slow + (1...20).map { 20 + 100 * $0 }))
    #expect(both > 99 && both < 100)
    let early = try #require(rate(slow + [120]))
    #expect(early > 1 && early < 100)
  }

  @Test("a count or a clock that goes backwards begins anew")
  func backwards() {
    #expect(rate([0, 100, 200, 3, 6, 9]) == 3)
    var rate = Progress.Rate()
    for (count, time) in [(0, 10.0), (50, 11.0), (60, 5.0), (61, 6.0)] { rate.count(count, at: time) }
    #expect(rate.perSecond == 1)
  }
}

@Suite("The progress bar at work")
final class ProgressBarTests {
  private var time = 0.0
  private var width = 60
  private var written: [String] = []
  private lazy var bar = Progress(
    label: "train", isShown: true, now: { [unowned self] in time }, width: { [unowned self] in width },
    write: { [unowned self] in written.append($0) })

  @Test("at most ten times a second, at once for a new part, and when it is complete")
  func pauses() {
    for step in 0...100 {
      time = Double(step) / 64
      bar.update(step, of: 101, "a")
    }
    // 100/64 s: the first, and one for each seven 64ths that follow.
    #expect(written.count == 1 + 100 / 7)
    bar.update(0, of: 101, "b")
    #expect(written.count == 16)
    bar.update(1, of: 101, "b")
    #expect(written.count == 16)
    bar.update(101, of: 101, "b")
    #expect(written.count == 17)
    #expect(written.allSatisfy { $0.hasPrefix("\rtrain  ") && $0.hasSuffix("\u{1B}[K") && !$0.contains("\n") })
  }

  @Test("rate and time left are those of the part; none for parts without a unit")
  func rates() {
    for step in 0...4 {
      time = Double(step)
      bar.update(10 * step, of: 80, unit: "images", figure: "loss 1")
    }
    #expect(written.last == "\rtrain [###....]  50 %  10.0 images/s  4 s left  loss 1\u{1B}[K")
    time = 10
    bar.update(0, of: 80, "next", unit: "images")
    time = 11
    bar.update(40, of: 80, "next", unit: "images")
    #expect(written.last?.contains("40.0 images/s  1 s left") == true)
    time = 12
    bar.update(50, of: 80, "next")
    #expect(written.last == "\rtrain  next [####...]  62 %\u{1B}[K")
  }

  @Test("a window that changes its size is asked again")
  func resize() {
    for columns in [60, 30, 20, 0, 100] {
      width = columns
      time += 1
      bar.update(Int(time), of: 100, "epoch 1 of 2", unit: "images", figure: "loss 0.5")
      let line = written.last?.dropFirst().dropLast(3) ?? ""
      #expect(line.count <= max(columns - 1, 0))
    }
  }

  @Test("a text takes the bar's place in one piece, and what follows is drawn at once")
  func clear() {
    bar.clear()
    #expect(written == [])
    bar.update(1, of: 4)
    bar.clear(writing: "train: a line\n")
    #expect(written.dropFirst() == ["\r\u{1B}[Ktrain: a line\n"])
    bar.clear(writing: "train: another\n")
    #expect(written.last == "train: another\n")
    bar.update(1, of: 4)
    #expect(written.count == 4 && written.last?.hasPrefix("\rtrain [") == true)
  }

  @Test("where nobody watches, nothing is drawn")
  func silence() {
    var written: [String] = []
    let bar = Progress(label: "train", isShown: false, now: { 0 }, width: { 80 }, write: { written.append($0) })
    bar.update(1, of: 2)
    bar.clear()
    #expect(written == [])
    bar.clear(writing: "a line\n")
    #expect(written == ["a line\n"])
  }
}
