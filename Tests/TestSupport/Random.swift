import Tensors

extension SeededGenerator {
  /// Floats between two bounds.
  package mutating func floats(_ count: Int, _ low: Double = -1, _ high: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(uniform(low, high)) }
  }

  /// Integers of a range, both ends included.
  package mutating func integers<T: FixedWidthInteger>(_ count: Int, _ range: ClosedRange<T>) -> [T] {
    let span = Int(range.upperBound) - Int(range.lowerBound) + 1
    return (0..<count).map { _ in range.lowerBound &+ T(truncatingIfNeeded: below(span)) }
  }
}

/// The very bits of floats: zeros of both signs differ, and so does each NaN.
package func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
