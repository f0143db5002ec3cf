/// PyTorch's HistogramObserver (torch 2.13, and every release since its histogram was rewritten in 2024), bit for bit:
/// a histogram of 2048 bins between the extremes seen so far, and the range within it whose squared quantization error
/// is found least by `HistogramSearch`.
///
/// When a batch widens the range, the old bins are split into sixteen and dealt out to the new ones by their middles.
/// That moves counts by a fraction of a bin, so the result depends on the order of batches where the range grows; where
/// it does not grow, it does not. The first batch of PyTorch's calibration usually spans most of the range.
///
/// Two differences: an infinity is an error here, where PyTorch warns and leaves it out; and a bin counts each batch in
/// integers, where PyTorch adds ones in f32, which stops at 2^24 equal values in one batch.
public struct HistogramObserver: Observer {
  /// Bins of the histogram.
  public static let binCount = 2048
  /// Parts into which an old bin is split when the range grows.
  static let upsampling = 16
  /// Counts; f32, as PyTorch keeps them, and no integers once the range has grown.
  package private(set) var histogram = [Float](repeating: 0, count: binCount)
  /// The extremes so far, between which the bins lie.
  package private(set) var extremes = ObservedRange.empty

  /// An observer that has seen nothing.
  public init() {}

  /// Counts the batch's values, after widening the bins to its extremes.
  public mutating func observe(_ values: ArraySlice<Float>) throws(QuantizationError) {
    guard !values.isEmpty else { return }
    let batch = try ObservedRange(of: values)
    guard extremes != .empty else {
      (extremes, histogram) = (batch, Self.counts(of: values, in: batch))
      return
    }
    let range = ObservedRange(low: min(extremes.low, batch.low), high: max(extremes.high, batch.high))
    if range != extremes { histogram = Self.resample(histogram, from: extremes, to: range) }
    let counts = Self.counts(of: values, in: range)
    for bin in 0..<Self.binCount { histogram[bin] += counts[bin] }
    extremes = range
  }

  /// The range with the least error, searched for at each call.
  public var observed: ObservedRange {
    extremes == .empty ? .empty : HistogramSearch(histogram: histogram, extremes: extremes).range()
  }

  /// `torch.histc`: bin `trunc(f32(f32(x - low) * 2048) / f32(high - low))`, the upper end in the last bin. Where both
  /// ends are the same, one is taken from the lower and added to the upper.
  ///
  /// A range wider than f32 holds makes a position infinite or NaN, which PyTorch leaves undefined: the last bin here.
  static func counts(of values: ArraySlice<Float>, in range: ObservedRange) -> [Float] {
    let isPoint = range.low == range.high
    let low = isPoint ? range.low - 1 : range.low
    let width = (isPoint ? range.high + 1 : range.high) - low
    let bins = Float(binCount)
    var counts = [Int](repeating: 0, count: binCount)
    counts.withUnsafeMutableBufferPointer { counts in
      for value in values {
        let position = (value - low) * bins / width
        counts[position < bins ? Int(position) : binCount - 1] += 1
      }
    }
    return counts.map { Float($0) }
  }

  /// A histogram of one range, dealt out to the bins of a wider one (`_combine_histograms`, `_upscale_histogram`).
  static func resample(_ histogram: [Float], from old: ObservedRange, to new: ObservedRange) -> [Float] {
    guard old.low != old.high else {
      // One value only: all of it goes where that value lies.
      let total = PyTorchArithmetic.sum(histogram)
      return counts(of: [old.low], in: new).map { $0 * total }
    }
    let edges = (0...binCount).map {
      PyTorchArithmetic.linspace(new.low, new.high, count: binCount + 1, index: $0)
    }
    let parts = binCount * upsampling
    let halfPart = 0.5 * ((old.high - old.low) / Float(parts))
    var mapped = [Float](repeating: 0, count: binCount)
    for part in 0..<parts {
      let middle = PyTorchArithmetic.linspace(old.low, old.high, count: parts + 1, index: part) + halfPart
      let bin = PyTorchArithmetic.bucketize(middle, edges: edges) - 1
      mapped[min(max(bin, 0), binCount - 1)] += histogram[part / upsampling] / Float(upsampling)
    }
    return mapped
  }
}
