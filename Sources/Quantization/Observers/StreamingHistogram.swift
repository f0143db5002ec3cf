/// Counts of a stream of values in fixed memory, with no range given beforehand, in any order.
///
/// A bin is a power of two wide and lies at a multiple of its width from zero: bin `i` of a side holds the magnitudes
/// in `i * width ..< (i + 1) * width`. Each side has 4096 bins; the width is the least that fits the greatest magnitude
/// into them, so at least 2048 are in use on the wider side. A greater magnitude doubles the width, which joins pairs of
/// bins and moves no value across an edge. So the counts are those that the final width would have given from the
/// start: exact, and the same for every order and every cutting into batches.
///
/// Zeros are counted apart: every scale represents them exactly.
public struct StreamingHistogram: Sendable, Equatable {
  /// Bins on either side of zero.
  public static let binsPerSide = 4096
  /// Counts of positive values by magnitude.
  public private(set) var positive = [UInt64](repeating: 0, count: binsPerSide)
  /// Counts of negative values by magnitude.
  public private(set) var negative = [UInt64](repeating: 0, count: binsPerSide)
  /// The number of zeros.
  public private(set) var zeros: UInt64 = 0
  /// The number of values.
  public private(set) var total: UInt64 = 0
  /// The least and the greatest value.
  public private(set) var extremes = ObservedRange.empty
  /// The width is 2 to this; nil while nothing but zeros was seen.
  private var widthExponent: Int?

  /// A histogram of nothing.
  public init() {}

  /// A bin's width; 0 while nothing but zeros was seen.
  public var width: Double { widthExponent.map(Self.power) ?? 0 }

  /// One more than the index of the outermost positive bin that holds a value, 0 for none.
  public var positiveEnd: Int { (positive.lastIndex { $0 > 0 } ?? -1) + 1 }

  /// The same of the negative side.
  public var negativeEnd: Int { (negative.lastIndex { $0 > 0 } ?? -1) + 1 }

  /// Counts some values.
  /// - Throws: `QuantizationError.notFinite` when one is NaN or infinite; nothing is counted then.
  public mutating func insert(_ values: ArraySlice<Float>) throws(QuantizationError) {
    guard !values.isEmpty else { return }
    let batch = try ObservedRange(of: values)
    extremes = ObservedRange(low: min(extremes.low, batch.low), high: max(extremes.high, batch.high))
    total += UInt64(values.count)
    let greatest = max(-extremes.low, extremes.high)
    guard greatest > 0 else {
      zeros += UInt64(values.count)
      return
    }
    // A magnitude below 2^(e + 1) lies within 2^12 bins of width 2^(e - 11).
    widen(to: Int(greatest.exponent) - 11)
    let binsPerUnit = 1 / width
    var zeros: UInt64 = 0
    positive.withUnsafeMutableBufferPointer { positive in
      negative.withUnsafeMutableBufferPointer { negative in
        for value in values {
          // Scaling by a power of two is exact in f64, so truncation finds the bin without rounding.
          let bin = Int(Double(value.magnitude) * binsPerUnit)
          if value > 0 {
            positive[bin] += 1
          } else if value < 0 {
            negative[bin] += 1
          } else {
            zeros += 1
          }
        }
      }
    }
    self.zeros += zeros
  }

  private mutating func widen(to exponent: Int) {
    let doublings = exponent - (widthExponent ?? exponent)
    widthExponent = exponent
    guard doublings > 0 else { return }
    positive = Self.joined(positive, doublings)
    negative = Self.joined(negative, doublings)
  }

  private static func joined(_ counts: [UInt64], _ doublings: Int) -> [UInt64] {
    var joined = [UInt64](repeating: 0, count: binsPerSide)
    for (bin, count) in counts.enumerated() { joined[bin >> doublings] += count }
    return joined
  }

  private static func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
}
