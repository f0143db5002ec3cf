/// How some values are spread: how many fall into each of some equal bins between the smallest and the largest.
public struct Distribution: Sendable, Equatable, Codable {
  /// The smallest value, where the first bin begins.
  public let low: Float
  /// The largest value, where the last bin ends; it belongs to it.
  public let high: Float
  /// Values in each bin. Where all are equal, the first bin holds them.
  public private(set) var counts: [Int]

  /// Bins: enough for a picture, few enough for a file that people read.
  public static let bins = 64

  /// Nothing yet, between two values.
  /// - Precondition: both are finite, `low <= high`.
  init(low: Float, high: Float) {
    precondition(low.isFinite && high.isFinite && low <= high, "bins lie between two numbers")
    self.low = low
    self.high = high
    counts = [Int](repeating: 0, count: Self.bins)
  }

  /// The spread of some values; nil where there are none, or one is not finite.
  public init?(_ values: [Float]) {
    guard let low = values.min(), let high = values.max(), values.allSatisfy(\.isFinite) else { return nil }
    self.init(low: low, high: high)
    add(values)
  }

  /// Counts some values.
  /// - Precondition: they lie between `low` and `high`.
  mutating func add(_ values: [Float]) {
    // In Double, where the difference of two floats cannot overflow.
    let (start, width) = (Double(low), Double(high) - Double(low))
    for value in values {
      let share = width > 0 ? (Double(value) - start) / width : 0
      counts[min(Int(share * Double(Self.bins)), Self.bins - 1)] += 1
    }
  }
}
