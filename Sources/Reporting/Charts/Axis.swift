import Foundation
import Tables

/// Where values lie on a straight line of a picture, with round figures along it.
package struct Axis: Sendable, Hashable {
  /// What the values are: it decides how round figures are written.
  package enum Unit: Sendable, Hashable {
    /// Numbers without a unit.
    case number
    /// Fractions, written as percent.
    case percent
    /// Bytes.
    case bytes
  }

  /// The values at both ends.
  package let low: Double
  /// Above `low` always.
  package let high: Double
  /// Where `low` is drawn, and `high`.
  package let (start, end): (Double, Double)
  package let unit: Unit

  /// An axis over all finite values among those given. Where they are none, or one, it is widened around them.
  package init(_ values: [Double], start: Double, end: Double, unit: Unit = .number, includesZero: Bool = false) {
    // Beyond this a difference would overflow.
    let finite = values.filter(\.isFinite).map { max(-1e300, min(1e300, $0)) } + (includesZero ? [0] : [])
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    // Closer than this, ticks would be the same number.
    let least = max(max(low.magnitude, high.magnitude) * 1e-9, 1e-300)
    if high - low < least {
      let margin = max(high.magnitude * 0.01, least)
      (low, high) = (includesZero ? low : low - margin, high + margin)
    }
    (self.low, self.high, self.start, self.end, self.unit) = (low, high, start, end, unit)
  }

  /// Where a value is drawn; what lies beyond an end is drawn there, NaN at the start.
  package func position(_ value: Double) -> Double {
    let share = (value - low) / (high - low)
    return start + (end - start) * (share.isNaN ? 0 : max(0, min(1, share)))
  }

  /// The distance of round figures: 1, 2 or 5 times a power of ten.
  package var step: Double { Self.step(over: high - low, count: 5) }

  static func step(over span: Double, count: Int) -> Double {
    let rough = span / Double(count)
    let power = Self.power(Self.exponent(rough))
    let share = rough / power
    return power * (share <= 1.000001 ? 1 : share <= 2.000001 ? 2 : share <= 5.000001 ? 5 : 10)
  }

  /// The round figures within the axis, at most seven.
  package var ticks: [Double] {
    let step = step
    guard step.isFinite, step > 0 else { return [] }
    let first = (low / step - 1e-6).rounded(.up)
    return (0..<7).map { (first + Double($0)) * step }.filter { $0 <= high + step * 1e-6 }
  }

  /// A round figure in as few digits as tell it from its neighbours.
  package func text(_ value: Double) -> String {
    switch unit {
    case .percent: Self.text(100 * value, step: 100 * step) + " %"
    case .number: Self.text(value, step: step)
    case .bytes:
      switch max(low.magnitude, high.magnitude) {
      case ..<1e3: Self.text(value, step: step) + " B"
      case ..<1e6: Self.text(value / 1e3, step: step / 1e3) + " KB"
      case ..<1e9: Self.text(value / 1e6, step: step / 1e6) + " MB"
      default: Self.text(value / 1e9, step: step / 1e9) + " GB"
      }
    }
  }

  private static func text(_ value: Double, step: Double) -> String {
    let places = max(0, -exponent(step * 1.000001))
    if value.magnitude < step / 2 { return "0" }
    return places > 6 || value.magnitude >= 1e9
      ? String(format: "%.6g", value) : Format.decimal(value, places: places)
  }

  /// The power of ten at or below a positive value.
  private static func exponent(_ value: Double) -> Int {
    var result = 0
    var value = value
    guard value.isFinite, value > 0 else { return 0 }
    while value >= 10 { (value, result) = (value / 10, result + 1) }
    while value < 1 { (value, result) = (value * 10, result - 1) }
    return result
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<exponent.magnitude).reduce(1.0) { power, _ in exponent < 0 ? power / 10 : power * 10 }
  }
}

extension SVG {
  /// A line along the bottom with round figures under it.
  mutating func bottomAxis(_ axis: Axis, y: Double) {
    line("axis", axis.start, y, axis.end, y)
    var free = -Double.infinity
    for tick in axis.ticks {
      let (x, text) = (axis.position(tick), axis.text(tick))
      line("axis", x, y, x, y + 4)
      let half = SVGText.width(text, .small) / 2
      let centre = max(half, min(x, Self.width - half))
      if centre - half < free { continue }
      self.text(text, x: centre, y: y + 17, style: .small, anchor: .middle)
      free = centre + half + 4
    }
  }

  /// Faint lines across with round figures to their left.
  mutating func leftAxis(_ axis: Axis, from left: Double, to right: Double) {
    for tick in axis.ticks {
      let y = axis.position(tick)
      line("grid", left, y, right, y)
      text(axis.text(tick), x: left - 5, y: y + 4, style: .small, anchor: .end, room: left - 5)
    }
  }
}
