import Foundation

/// A range of values laid out along a line.
struct Axis {
  /// The values at both ends.
  let low: Double
  let high: Double
  /// Where these ends are drawn.
  let start: Double
  let end: Double

  /// An axis over some values, a little longer at both ends; one that starts at 0 stays there. Values that are no numbers
  /// are passed over; of none, or equal ones, it still has a length.
  init(over values: [Double], from start: Double, to end: Double, margin: Double = 0.04, includingZero: Bool = false) {
    let values = values.filter(\.isFinite) + (includingZero ? [0] : [])
    let (least, most) = (values.min() ?? 0, values.max() ?? 1)
    let length = most - least
    let reach = length > 0 ? length * margin : max(abs(most) * 0.05, 1e-9)
    low = includingZero && least == 0 && length > 0 ? 0 : least - reach
    high = most + reach
    self.start = start
    self.end = end
  }

  /// Where a value is drawn; at an end when it lies beyond, or is no number.
  func place(_ value: Double) -> Double {
    guard value.isFinite else { return value > 0 ? end : start }
    return start + (end - start) * min(max((value - low) / (high - low), 0), 1)
  }

  /// Round values within the axis, about `count` of them: multiples of 1, 2 or 5 times a power of ten.
  func ticks(_ count: Int) -> [Double] {
    let raw = (high - low) / Double(max(count, 1))
    guard raw > 0, raw.isFinite else { return [] }
    let power = pow(10, log10(raw).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? 10 * power
    let first = (low / step).rounded(.up)
    let last = (high / step).rounded(.down)
    guard last >= first, last - first < 100 else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step + 0 }
  }
}

/// Labels beside a chart, each as near to its point as the others let it be.
enum SpreadLabels {
  /// Places for labels that would like to stand at `wishes`, at least `distance` apart, between `top` and `bottom`; in the
  /// order of the wishes. Where there is no room for all, they run over the bottom.
  static func places(_ wishes: [Double], distance: Double, top: Double, bottom: Double) -> [Double] {
    let order = wishes.indices.sorted { wishes[$0] < wishes[$1] || (wishes[$0] == wishes[$1] && $0 < $1) }
    var places = wishes
    var next = top
    for index in order {
      places[index] = max(wishes[index], next)
      next = places[index] + distance
    }
    // Whatever ran over the bottom is pushed back, and pushes what is above it.
    var limit = max(bottom, top + distance * Double(wishes.count - 1))
    for index in order.reversed() {
      places[index] = min(places[index], limit)
      limit = places[index] - distance
    }
    return places
  }
}
