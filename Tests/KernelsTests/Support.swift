import Kernels
import Tensors
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a test of a set where the machine lacks it.
  static func needs(_ set: InstructionSet) -> Self {
    .enabled(if: set.isAvailable, "this machine lacks \(set.rawValue): its kernels are not tested")
  }
}

/// The sets to hold to the oracle: each that this machine has. Tests that need a set say aloud when it is missing.
let sets = InstructionSet.available

/// Sizes around the vector lengths: nothing, one, a lane less and more than 8, 16 and 32, and primes.
let edgeSizes = [0, 1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 23, 31, 32, 33, 47, 64, 67]

/// Bits for comparison: all NaNs count as one where arithmetic made them.
func bits(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern } }

/// The very bits, for kernels that only move or choose values.
func exactBits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

extension SeededGenerator {
  mutating func floats(_ count: Int, _ low: Double = -1, _ high: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(uniform(low, high)) }
  }

  /// Values that break comparisons and masks, mixed with ordinary ones and many ties.
  mutating func difficultFloats(_ count: Int) -> [Float] {
    let special: [Float] = [0, -0.0, .infinity, -.infinity, .nan, 1, -1, .leastNonzeroMagnitude, -3, 3]
    return (0..<count).map { _ in below(3) == 0 ? special[below(special.count)] : Float(below(7)) - 3 }
  }

  mutating func integers<T: FixedWidthInteger>(_ count: Int, _ range: ClosedRange<T>) -> [T] {
    let span = Int(range.upperBound) - Int(range.lowerBound) + 1
    return (0..<count).map { _ in range.lowerBound &+ T(truncatingIfNeeded: below(span)) }
  }
}

/// x * y + z, rounded once, without a multiply-add: the product of two floats is exact in double where it neither
/// overflows nor underflows, and the sum's own error tells where a second rounding would have to go.
func fusedSum(_ x: Float, _ y: Float, _ z: Float) -> Float {
  let (product, z) = (Double(x) * Double(y), Double(z))
  let sum = product + z
  // TwoSum (Knuth): sum + error is exact.
  let back = sum - product
  let error = (product - (sum - back)) + (z - back)
  guard sum.isFinite, error != 0, sum.significandBitPattern & 1 == 0 else { return Float(sum) }
  // Rounding to odd keeps what lies beyond the double, so that the rounding to float is right.
  return Float(Double(bitPattern: (error > 0) == (sum > 0) ? sum.bitPattern + 1 : sum.bitPattern - 1))
}
