import Reporting
import Testing

@Suite("Axes")
struct AxisTests {
  @Test("ticks are 1, 2 or 5 times a power of ten, in order, within the values")
  func ticks() {
    var generator = Draws(state: 7)
    for _ in 0..<2000 {
      let (first, second) = (generator.next(), generator.next())
      let axis = Axis([first, second], start: 0, end: 100)
      let ticks = axis.ticks
      #expect(ticks.count >= 2 && ticks.count <= 7, "\(first) \(second): \(ticks)")
      for (tick, next) in zip(ticks, ticks.dropFirst()) {
        var step = next - tick
        while step >= 9.99 { step /= 10 }
        while step < 0.999 { step *= 10 }
        #expect([1.0, 2, 5].contains { abs($0 - step) < 1e-3 }, "\(first) \(second): \(ticks)")
      }
      for tick in ticks {
        let slack = 1e-5 * (axis.high - axis.low)
        #expect(tick >= min(first, second) - slack && tick <= max(first, second) + slack)
      }
      #expect(Set(ticks.map(axis.text)).count == ticks.count, "\(ticks.map(axis.text))")
    }
  }

  @Test("values lie in proportion; what is beyond lies at the ends, NaN at the start")
  func positions() {
    let axis = Axis([10, 30], start: 100, end: 50)
    #expect(axis.position(10) == 100)
    #expect(axis.position(15) == 87.5)
    #expect(axis.position(30) == 50)
    #expect(axis.position(-.infinity) == 100)
    #expect(axis.position(1e300) == 50)
    #expect(axis.position(.nan) == 100)
  }

  @Test("without two different numbers the axis is widened around them", arguments: [[], [0], [5, 5], [.nan, -2]])
  func widened(values: [Double]) {
    let axis = Axis(values, start: 0, end: 1)
    #expect(axis.low < axis.high)
    for value in values where value.isFinite { #expect(axis.low < value && value < axis.high) }
  }

  @Test("figures in their unit, with the digits that tell them apart")
  func texts() {
    func texts(_ low: Double, _ high: Double, _ unit: Axis.Unit) -> [String] {
      let axis = Axis([low, high], start: 0, end: 1, unit: unit)
      return axis.ticks.map(axis.text)
    }
    #expect(texts(0, 10, .number) == ["0", "2", "4", "6", "8", "10"])
    #expect(texts(-0.1, 0.1, .number) == ["-0.10", "-0.05", "0", "0.05", "0.10"])
    #expect(texts(0.98, 0.99, .percent) == ["98.0 %", "98.2 %", "98.4 %", "98.6 %", "98.8 %", "99.0 %"])
    #expect(texts(0, 2_000_000, .bytes) == ["0 MB", "0.5 MB", "1.0 MB", "1.5 MB", "2.0 MB"])
  }
}

/// Draws over many magnitudes, the same on every run.
private struct Draws {
  var state: UInt64
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let share = Double(state >> 11) / 0x1p53
    return (share - 0.5) * [1e-6, 1e-3, 1, 50, 1e4, 1e8][Int(state >> 7) % 6]
  }
}
