import Foundation
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct EntropyObserverTests {
  /// The divergence from its definition: two lists, scaled to 1, and a sum over their bins.
  private func divergence(_ histogram: StreamingHistogram, _ threshold: Int, levels: Int, _ symmetry: Symmetry)
    -> Double?
  {
    let widest = max(histogram.positiveEnd, histogram.negativeEnd)
    let negatives = min(threshold, symmetry == .symmetric ? widest : histogram.negativeEnd)
    let positives = min(threshold, symmetry == .symmetric ? widest : histogram.positiveEnd)
    let kept =
      histogram.negative[..<negatives].reversed().map { Double($0) }
      + histogram.positive[..<positives].map { Double($0) }
    guard kept.count >= levels, kept.reduce(0, +) > 0 else { return nil }
    var reference = kept
    reference[0] += Double(histogram.negative[negatives...].reduce(0, +))
    reference[kept.count - 1] += Double(histogram.positive[positives...].reduce(0, +))
    var candidate = [Double](repeating: 0, count: kept.count)
    for level in 0..<levels {
      let bins = kept.indices.filter { $0 * levels / kept.count == level }
      let occupied = bins.filter { reference[$0] > 0 }
      for bin in occupied { candidate[bin] = bins.map { kept[$0] }.reduce(0, +) / Double(occupied.count) }
    }
    let (all, inside) = (reference.reduce(0, +), candidate.reduce(0, +))
    var sum = 0.0
    for (p, q) in zip(reference, candidate) where p > 0 {
      guard q > 0 else { return nil }
      sum += p / all * log(p / all / (q / inside))
    }
    return sum
  }

  private func histogram(_ values: [Float]) throws -> StreamingHistogram {
    var histogram = StreamingHistogram()
    try histogram.insert(values[...])
    return histogram
  }

  static let samples: [[Float]] = [
    PyTorchHistograms.values(.tails, 121, 3000), PyTorchHistograms.values(.relu, 122, 3000),
    PyTorchHistograms.values(.below, 123, 3000), PyTorchHistograms.values(.bell, 124, 40_000),
    PyTorchHistograms.values(.uniform, 125, 3000).map { $0 < 0.1 ? -$0 : $0 * $0 * 20 },
  ]

  // Running sums against lists. f64 sums of some 10^5 logarithms: 2^-30 is far above what they lose.
  @Test(arguments: samples.indices, Symmetry.allCases)
  func divergencesAreThoseOfTheDefinition(_ sample: Int, _ symmetry: Symmetry) throws {
    let histogram = try histogram(Self.samples[sample])
    let line = BinLine(histogram, symmetry: symmetry)
    for threshold in [1, 60, 128, 200, 256, 511, 1000, 1777, line.widest - 1, line.widest] {
      let found = line.divergence(threshold: threshold, levels: 128)
      let expected = divergence(histogram, threshold, levels: 128, symmetry)
      switch (found, expected) {
      case (nil, nil): break
      case (let found?, let expected?): #expect(abs(found - expected) <= 0x1p-30, "\(threshold)")
      default: Issue.record("\(threshold): \(String(describing: found)), \(String(describing: expected))")
      }
    }
  }

  // The range taken is that of the least divergence there is.
  @Test(arguments: samples.indices) func theLeastDivergenceWins(_ sample: Int) throws {
    let values = Self.samples[sample]
    let histogram = try histogram(values)
    let line = BinLine(histogram, symmetry: .affine)
    var observer = EntropyObserver(symmetry: .affine, range: IntegerRange(0, 127))
    try observer.observe(values[...])
    let range = observer.observed
    let bound = Double(max(-range.low, range.high))
    // The range ends at the threshold, or at the extremes within its bin.
    let threshold = Int((bound / histogram.width).rounded(.up))
    let allowed = (1...line.widest).filter { line.clippedShare(threshold: $0) <= 0.01 }
    let least = allowed.compactMap { line.divergence(threshold: $0, levels: 128) }.min()
    let taken = [threshold, min(threshold + 1, line.widest)].compactMap { line.divergence(threshold: $0, levels: 128) }
    #expect(taken.min() == least)
  }

  // A bell with one far outlier: the outlier is given up, the bell is not. All of the bell's 20,000 values lie in ±2.
  @Test func anOutlierIsGivenUp() throws {
    for sign: Float in [1, -1] {
      var observer = EntropyObserver(symmetry: .affine, range: IntegerRange(0, 127))
      try observer.observe((PyTorchHistograms.values(.bell, 126, 20_000) + [sign * 40])[...])
      let range = observer.observed
      #expect(max(-range.low, range.high) < 4)
      #expect(range.low < -1 && range.high > 1)
    }
  }

  // Six channels' biases, each a tenth of all values, below a body of values up to ten times as large. Without the limit
  // on what is clipped the range would end above the spikes and clip the rest.
  @Test func spikesDoNotClipTheRest() throws {
    let body = PyTorchHistograms.values(.relu, 129, 8000).filter { $0 > 0 }
    let spikes: [Float] = [0.02, 0.04, 0.15, 0.16, 0.18, 0.19].flatMap { [Float](repeating: $0, count: 1000) }
    var observer = EntropyObserver(symmetry: .affine, range: IntegerRange(0, 127))
    try observer.observe((body + spikes)[...])
    let high = observer.observed.high
    let clipped = body.count { $0 > high }
    #expect(clipped * 100 <= body.count + spikes.count)
  }

  // After a ReLU half of the values are zeros, which every range represents: they change nothing.
  @Test func zerosChangeNothing() throws {
    let values = PyTorchHistograms.values(.relu, 127, 5000)
    var (with, without) = (
      EntropyObserver(symmetry: .affine, range: IntegerRange(0, 255)),
      EntropyObserver(symmetry: .affine, range: IntegerRange(0, 255))
    )
    try with.observe(values[...])
    try without.observe(values.filter { $0 > 0 }[...])
    #expect(with.observed.high == without.observed.high && with.observed.low == 0)
  }

  @Test(arguments: Symmetry.allCases) func zerosAndOneSignAreSane(_ symmetry: Symmetry) throws {
    for values: [Float] in [[0, 0], [5], [5, 5, 5], [-2], [1e-30], [-1e30, 1e30]] {
      var observer = EntropyObserver(symmetry: symmetry, range: IntegerRange(0, 127))
      try observer.observe(values[...])
      let extremes = try ObservedRange(of: values[...])
      #expect(observer.observed == extremes)
    }
  }

  @Test func orderIsIrrelevant() throws {
    var random = SeededGenerator(seed: 128)
    let values = Self.samples[0]
    let shuffled = random.permutation(values.count).map { values[$0] }
    func observed(_ batches: [ArraySlice<Float>]) throws -> ObservedRange {
      var observer = EntropyObserver(symmetry: .affine, range: IntegerRange(0, 127))
      for batch in batches { try observer.observe(batch) }
      return observer.observed
    }
    #expect(try observed([values[...]]) == observed([shuffled[..<100], shuffled[100...]]))
  }
}
