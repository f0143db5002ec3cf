import Foundation

/// The range that keeps most of the information: of all thresholds, the one whose quantized distribution diverges least
/// from the values' own (Kullback-Leibler), after S. Migacz, "8-bit inference with TensorRT", GTC 2017, as NVIDIA's
/// pytorch-quantization (`_compute_amax_entropy`) and ONNX Runtime (`get_entropy_threshold`) have it.
///
/// A threshold T clips values to -T ... T, of which the side with no values is left away (an affine scheme) or kept (a
/// symmetric one): `n` bins of the histogram. The reference P is their counts, with everything beyond T added to the
/// outermost bin. The candidate Q quantizes: bin `j` of `n` goes to level `j * levels / n`, and each level's count,
/// without what was clipped, is spread evenly over those of its bins that P occupies. Both are scaled to 1; the
/// divergence is `sum P log(P / Q)`, infinite where Q has nothing for a bin that P occupies. Every multiple of the bin
/// width is tried that leaves at least one bin per level and clips at most one value in a hundred; the first with the
/// least divergence, from the widest, is taken, and the range ends no further than the extremes.
///
/// That limit is ours. A value that occurs very often, such as a channel's bias where the background is constant, is a
/// spike, and spreading a spike over its level diverges so much that the method would rather clip a tenth of all values
/// to keep its levels narrow: on the first layer of an MNIST network, at a tenth of the range.
///
/// Constants: as many levels as the scheme has integers (both sources: 128 for magnitudes); 2048 to 4096 bins on the
/// wider side (NVIDIA 2048; ONNX Runtime 128, which with its 128 levels leaves one threshold to try, the extremes).
/// Neither do we smooth P and Q by a constant, as ONNX Runtime does, nor count zeros: every range represents them
/// exactly, and after a ReLU they would outweigh everything (NVIDIA overwrites the bin they are in).
///
/// The order of batches does not matter.
public struct EntropyObserver: Observer {
  /// The symmetry of the scale.
  public let symmetry: Symmetry
  /// The number of integers in use.
  public let levels: Int
  /// The largest share of values, zeros left out, that a threshold may clip.
  static let largestClippedShare = 0.01
  private var histogram = StreamingHistogram()

  /// An observer that has seen nothing.
  public init(symmetry: Symmetry, range: IntegerRange) {
    self.symmetry = symmetry
    levels = Int(range.high) - Int(range.low) + 1
  }

  /// Counts the batch's values.
  public mutating func observe(_ values: ArraySlice<Float>) throws(QuantizationError) { try histogram.insert(values) }

  /// The range with the least divergence, searched for at each call.
  public var observed: ObservedRange {
    let extremes = histogram.extremes
    guard extremes.low < 0 || extremes.high > 0 else { return extremes }
    let line = BinLine(histogram, symmetry: symmetry)
    var best = (threshold: line.widest, divergence: Double.infinity)
    for threshold in (1...line.widest).reversed() {
      guard line.clippedShare(threshold: threshold) <= Self.largestClippedShare else { break }
      guard let divergence = line.divergence(threshold: threshold, levels: levels) else { continue }
      if divergence < best.divergence { best = (threshold, divergence) }
    }
    let bound = Float(Double(best.threshold) * histogram.width)
    return ObservedRange(low: max(extremes.low, -bound), high: min(extremes.high, bound))
  }
}

/// The bins of both sides in one row, from the outermost negative to the outermost positive, with running sums, so that
/// a threshold's divergence takes a step per level, not per bin.
package struct BinLine {
  /// The threshold, in bins, beyond which nothing lies.
  package let widest: Int
  private let negativeEnd: Int
  private let positiveEnd: Int
  private let counts: [UInt64]
  /// Sums of the first `i` bins: of counts, of occupied bins, of `c log c`.
  private var countSums: [UInt64] = [0]
  private var occupiedSums: [Int] = [0]
  private var logSums: [Double] = [0]

  /// The bins of a histogram; for a symmetric scale both sides are as long as the longer.
  package init(_ histogram: StreamingHistogram, symmetry: Symmetry) {
    widest = max(histogram.positiveEnd, histogram.negativeEnd)
    negativeEnd = symmetry == .symmetric ? widest : histogram.negativeEnd
    positiveEnd = symmetry == .symmetric ? widest : histogram.positiveEnd
    counts = histogram.negative[..<negativeEnd].reversed() + histogram.positive[..<positiveEnd]
    for (bin, count) in counts.enumerated() {
      countSums.append(countSums[bin] + count)
      occupiedSums.append(occupiedSums[bin] + (count > 0 ? 1 : 0))
      logSums.append(logSums[bin] + Self.timesLog(count))
    }
  }

  /// The share of values that lie beyond a threshold of so many bins.
  package func clippedShare(threshold: Int) -> Double {
    let inside = bins(within: threshold)
    let kept = countSums[inside.upperBound] - countSums[inside.lowerBound]
    return Double(countSums[counts.count] - kept) / Double(countSums[counts.count])
  }

  private func bins(within threshold: Int) -> Range<Int> {
    negativeEnd - min(threshold, negativeEnd)..<negativeEnd + min(threshold, positiveEnd)
  }

  /// The divergence at a threshold of so many bins; nil where it is infinite, or where there are fewer bins than levels.
  package func divergence(threshold: Int, levels: Int) -> Double? {
    let (first, end) = (self.bins(within: threshold).lowerBound, self.bins(within: threshold).upperBound)
    let bins = end - first
    guard bins >= levels else { return nil }
    let (clippedLow, clippedHigh) = (countSums[first], countSums[counts.count] - countSums[end])
    let inside = countSums[end] - countSums[first]
    guard inside > 0 else { return nil }
    /// What clipping adds to the bins from `start` to `stop`: the two outermost bins take it.
    func clipped(_ start: Int, _ stop: Int) -> UInt64 {
      (start == first ? clippedLow : 0) + (stop == end ? clippedHigh : 0)
    }
    // sum P log P - sum P log Q, P and Q not yet scaled.
    var sum = logSums[end] - logSums[first]
    for bin in Set([first, end - 1]) {
      sum += Self.timesLog(counts[bin] + clipped(bin, bin + 1)) - Self.timesLog(counts[bin])
    }
    for level in 0..<levels {
      // The bins j with j * levels / bins == level.
      let start = first + (level * bins + levels - 1) / levels
      let stop = first + ((level + 1) * bins + levels - 1) / levels
      let kept = countSums[stop] - countSums[start]
      let reference = kept + clipped(start, stop)
      guard reference > 0 else { continue }
      guard kept > 0 else { return nil }
      var occupied = occupiedSums[stop] - occupiedSums[start]
      // Outermost bins that only clipping occupies.
      if start == first, counts[first] == 0, clippedLow > 0 { occupied += 1 }
      if stop == end, counts[end - 1] == 0, clippedHigh > 0 { occupied += 1 }
      sum -= Double(reference) * log(Double(kept) / Double(occupied))
    }
    let total = Double(countSums[counts.count])
    return sum / total - log(total / Double(inside))
  }

  private static func timesLog(_ count: UInt64) -> Double { count > 0 ? Double(count) * log(Double(count)) : 0 }
}
