/// The range that holds a given percentage of all values, after ONNX Runtime's percentile calibrator
/// (`HistogramCollector.compute_percentile` in `calibrate.py`; NVIDIA's toolkit has the symmetric form).
///
/// Of `n` values, `n - ceil(n * percentile / 100)` may be left out. An affine scheme leaves out half of them at either
/// end; a symmetric one takes magnitudes, and leaves out the largest. The end is the outer edge of the bin in which the
/// count of values left out would exceed what may be, no further than the extremes: so at least `percentile` % of all
/// values lie inside, and 100 gives the extremes.
///
/// ONNX Runtime differs in three ways: it takes the lower edge of that bin at both ends, which leaves out up to a bin
/// more at the top; its 2048 bins depend on the first batch; and its ranges follow the order of batches. Here the
/// order of batches does not matter.
public struct PercentileObserver: Observer {
  /// ONNX Runtime's default.
  public static let defaultPercentile = 99.999
  /// The percentage of values inside the range, above 0, at most 100.
  public let percentile: Double
  /// Whether the ends are chosen one by one or by magnitude.
  public let symmetry: Symmetry
  private var histogram = StreamingHistogram()

  /// An observer that has seen nothing.
  public init(percentile: Double = defaultPercentile, symmetry: Symmetry) {
    precondition(percentile > 0 && percentile <= 100, "a percentile lies above 0, at most at 100")
    self.percentile = percentile
    self.symmetry = symmetry
  }

  /// Counts the batch's values.
  public mutating func observe(_ values: ArraySlice<Float>) throws(QuantizationError) { try histogram.insert(values) }

  /// The range, read off the counts.
  public var observed: ObservedRange {
    guard histogram.total > 0 else { return .empty }
    let (extremes, width) = (histogram.extremes, histogram.width)
    let inside = UInt64((Double(histogram.total) * percentile / 100).rounded(.up))
    let outside = histogram.total - min(inside, histogram.total)
    switch symmetry {
    case .affine:
      let (positive, negative) = (histogram.positive, histogram.negative)
      let high = end(positive, against: negative, outside: outside / 2) * width
      let low = -end(negative, against: positive, outside: outside / 2) * width
      return ObservedRange(low: max(Float(low), extremes.low), high: min(Float(high), extremes.high))
    case .symmetric:
      let magnitudes = zip(histogram.positive, histogram.negative).map { $0 + $1 }
      let none = [UInt64](repeating: 0, count: magnitudes.count)
      let bound = Float(end(magnitudes, against: none, outside: outside) * width)
      return ObservedRange(low: max(-bound, extremes.low), high: min(bound, extremes.high))
    }
  }

  /// How many bins from zero an end lies: the outer edge of the first bin, coming from outside, with which more than
  /// `outside` values would be left out. Past zero (`other`, the bins of the other sign) it is negative.
  private func end(_ side: [UInt64], against other: [UInt64], outside: UInt64) -> Double {
    var passed: UInt64 = 0
    for bin in side.indices.reversed() {
      passed += side[bin]
      if passed > outside { return Double(bin + 1) }
    }
    passed += histogram.zeros
    if passed > outside { return 0 }
    for bin in other.indices {
      passed += other[bin]
      if passed > outside { return -Double(bin) }
    }
    preconditionFailure("fewer values are left out than there are")
  }
}
