/// The range whose quantization error, squared and averaged over all values, is the least of those tried.
///
/// The error is measured, not modelled: for each range tried, scale and zero point are those that the scheme would give
/// it, and each bin of the histogram counts with the difference between its middle (a bin at the extremes: no further
/// than the extreme) and what quantizing and dequantizing makes of it, so rounding inside and clamping outside are both
/// in it. Zeros cost nothing in any range.
///
/// The search: an end can be at `k / 128` of its extreme, k in 1...128. A symmetric scheme has one k, and all 128 are
/// tried. An affine one has one for each end: beginning at the extremes, the best k for the upper end is found with the
/// lower one held, then the other way round, until a round brings no gain. That ends, since the error falls with every
/// move, at a range that no move of a single end improves. Of equal errors the wider range wins.
///
/// The order of batches does not matter. The method also serves weights, which are seen once.
public struct MeanSquareErrorObserver: Observer {
  /// Parts of an extreme at which an end can lie.
  private static let parts = 128
  /// The symmetry of the scale.
  public let symmetry: Symmetry
  /// The integers in use.
  public let range: IntegerRange
  private var histogram = StreamingHistogram()

  /// An observer that has seen nothing.
  public init(symmetry: Symmetry, range: IntegerRange) {
    self.symmetry = symmetry
    self.range = range
  }

  /// Counts the batch's values.
  public mutating func observe(_ values: ArraySlice<Float>) throws(QuantizationError) { try histogram.insert(values) }

  /// The range with the least error, zero included, searched for at each call.
  public var observed: ObservedRange {
    let extremes = histogram.extremes
    guard extremes.low < 0 || extremes.high > 0 else { return extremes }
    let points = self.points
    let choices = Array((1...Self.parts).reversed())
    if symmetry == .symmetric {
      let ranges = choices.map { self.range(lowParts: $0, highParts: $0) }
      return ranges[best(of: ranges, over: points).position]
    }
    var (low, high) = (Self.parts, Self.parts)
    var least = Double.infinity
    while true {
      let before = least
      let upper = best(of: choices.map { self.range(lowParts: low, highParts: $0) }, over: points)
      if upper.error < least { (high, least) = (choices[upper.position], upper.error) }
      let lower = best(of: choices.map { self.range(lowParts: $0, highParts: high) }, over: points)
      if lower.error < least { (low, least) = (choices[lower.position], lower.error) }
      guard least < before else { return self.range(lowParts: low, highParts: high) }
    }
  }

  /// The range whose ends lie at so many of 128 parts of the extremes.
  private func range(lowParts: Int, highParts: Int) -> ObservedRange {
    func end(_ extreme: Float, _ parts: Int) -> Float { extreme * (Float(parts) / Float(Self.parts)) }
    return ObservedRange(
      low: end(min(histogram.extremes.low, 0), lowParts), high: end(max(histogram.extremes.high, 0), highParts))
  }

  /// The first of the ranges with the least error.
  private func best(
    of ranges: [ObservedRange], over points: [(value: Float, count: Double)]
  ) -> (position: Int, error: Double) {
    var best = (position: 0, error: Double.infinity)
    for (position, range) in ranges.enumerated() {
      let error = self.error(of: range, over: points)
      if error < best.error { best = (position, error) }
    }
    return best
  }

  /// What the occupied bins stand for, and how many values they hold.
  private var points: [(value: Float, count: Double)] {
    let (extremes, width) = (histogram.extremes, histogram.width)
    func points(_ counts: [UInt64], sign: Float) -> [(value: Float, count: Double)] {
      counts.indices.filter { counts[$0] > 0 }.map { bin in
        let middle = sign * Float((Double(bin) + 0.5) * width)
        return (min(max(middle, extremes.low), extremes.high), Double(counts[bin]))
      }
    }
    return points(histogram.negative, sign: -1) + points(histogram.positive, sign: 1)
  }

  /// The sum of squared errors; infinite for a range that has no scale, since f32 cannot hold its width.
  private func error(of range: ObservedRange, over points: [(value: Float, count: Double)]) -> Double {
    guard
      let parameters = try? QuantizationParameters(
        covering: range, symmetry: symmetry, range: self.range, least: .leastNormalMagnitude)
    else { return .infinity }
    return points.reduce(0) { sum, point in
      let integer = parameters.quantize(point.value, rule: .divide)
      let difference = Double(parameters.dequantize(integer)) - Double(point.value)
      return sum + point.count * difference * difference
    }
  }
}
