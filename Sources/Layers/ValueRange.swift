/// The extremes of some values; infinity and -infinity of none, both NaN where a value is NaN.
package typealias ValueRange = (low: Float, high: Float)

/// The range of nothing.
package let emptyRange: ValueRange = (.infinity, -.infinity)

/// The range that covers both. A NaN stays, which `min` and `max` alone would pass over.
package func union(_ first: ValueRange, _ second: ValueRange) -> ValueRange {
  first.low.isNaN || second.low.isNaN
    ? (.nan, .nan) : (min(first.low, second.low), max(first.high, second.high))
}
