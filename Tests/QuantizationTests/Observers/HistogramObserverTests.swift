import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct HistogramObserverTests {
  // To the bit: bins by way of a checksum, and the range searched for in them.
  @Test(arguments: PyTorchHistograms.cases.indices) func binsAndRangesAreThoseOfPyTorch(_ index: Int) throws {
    let sample = PyTorchHistograms.cases[index]
    var observer = HistogramObserver()
    for batch in sample.batches { try observer.observe(batch.values[...]) }
    #expect(PyTorchHistograms.checksum(observer.histogram) == sample.checksum)
    #expect(observer.observed == sample.expected)
  }

  // Values at the middles of the bins of 0...2048, whose edges f32 holds exactly. Would catch an off-by-one bin, a lost
  // upper end, and a batch within the range that is not counted (as PyTorch's observer did for years).
  @Test func countsAreThoseOfDirectCounting() throws {
    var random = SeededGenerator(seed: 71)
    let bins = random.integers(5000, 0...2047 as ClosedRange<Int>)
    var expected = [Float](repeating: 0, count: 2048)
    for bin in bins { expected[bin] += 1 }
    expected[0] += 1
    expected[2047] += 1
    var observer = HistogramObserver()
    try observer.observe([0, 2048])
    for start in stride(from: 0, to: bins.count, by: 1000) {
      try observer.observe(bins[start..<start + 1000].map { Float($0) + 0.5 }[...])
    }
    #expect(observer.histogram == expected)
  }

  // A range that grows to twice its length joins pairs of bins: the sixteen parts of a bin lie in one.
  @Test func growthByTwoJoinsPairs() throws {
    var random = SeededGenerator(seed: 72)
    let bins = random.integers(3000, 0...2047 as ClosedRange<Int>)
    var observer = HistogramObserver()
    try observer.observe([0, 2048])
    try observer.observe(bins.map { Float($0) + 0.5 }[...])
    try observer.observe([4096])
    var expected = [Float](repeating: 0, count: 2048)
    for bin in bins + [0, 2047, 4095] { expected[bin / 2] += 1 }
    #expect(observer.histogram == expected)
  }

  // Would catch parts that fall off either end. f32 sums of whole sixteenths are exact up to 2^20.
  @Test func growthLosesNothing() throws {
    var random = SeededGenerator(seed: 73)
    var observer = HistogramObserver()
    var total: Float = 0
    for round in 0..<20 {
      let reach = Double(1 + round * round)
      try observer.observe(random.floats(500, -reach, reach * 0.7)[...])
      total += 500
      #expect(abs(observer.histogram.reduce(0, +) - total) <= total * 0x1p-16, "f32 sums of 2048 bins")
    }
  }

  // The order matters only where the range grows: here the first batch spans it.
  @Test func orderIsIrrelevantWithinTheRange() throws {
    var random = SeededGenerator(seed: 74)
    let batches = (0..<6).map { _ in random.floats(300) }
    func observed(_ order: [Int]) throws -> [Float] {
      var observer = HistogramObserver()
      try observer.observe([-1, 1])
      for batch in order { try observer.observe(batches[batch][...]) }
      return observer.histogram
    }
    #expect(try observed([0, 1, 2, 3, 4, 5]) == observed([5, 2, 0, 4, 1, 3]))
  }

  // PyTorch's conversion of an infinite position is undefined; ours ends in the last bin, and nothing traps.
  @Test func theWidestRangeDoesNotTrap() throws {
    var observer = HistogramObserver()
    let most = Float.greatestFiniteMagnitude
    try observer.observe([-most, 0, most])
    try observer.observe([1])
    #expect(observer.histogram.reduce(0, +) == 4)
    var large = HistogramObserver()
    try large.observe([1e30, 1e30])
    #expect(large.observed == ObservedRange(low: 1e30, high: 1e30))
  }

  // Would catch eight bits counted in integers that f32 holds exactly: a bell's tails are cut, but not its body.
  @Test func theRangeLiesWithinTheExtremesAndHoldsMost() throws {
    let values = PyTorchHistograms.values(.tails, 75, 20_000)
    var observer = HistogramObserver()
    try observer.observe(values[...])
    let range = observer.observed
    #expect(observer.extremes.low <= range.low && range.high <= observer.extremes.high)
    #expect(range.high - range.low < observer.extremes.high - observer.extremes.low)
    #expect(values.count { range.low <= $0 && $0 <= range.high } > 19_900)
  }
}
