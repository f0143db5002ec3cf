import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct PercentileObserverTests {
  private func observed(_ values: [Float], _ percentile: Double, _ symmetry: Symmetry) throws -> ObservedRange {
    var observer = PercentileObserver(percentile: percentile, symmetry: symmetry)
    for start in stride(from: 0, to: values.count, by: 100) {
      try observer.observe(values[start..<min(start + 100, values.count)])
    }
    return observer.observed
  }

  /// The outer edge, from zero, of the bin in which a value lies.
  private func edge(_ value: Float, width: Float) -> Float {
    value == 0 ? 0 : (value.magnitude / width).rounded(.down) * width + width
  }

  // Sorted values tell which one is the first that must be kept; its bin's outer edge is the end.
  @Test(arguments: [100, 99.999, 99.9, 99, 90, 50, 1])
  func endsAreThoseOfSortedValues(_ percentile: Double) throws {
    var random = SeededGenerator(seed: 111)
    for (low, high) in [(-1.0, 1.0), (0, 1), (-1, 0), (0.5, 1), (-0.25, 1)] {
      let values = random.floats(2000, low, high)
      let sorted = values.sorted()
      let outside = 2000 - Int((2000 * percentile / 100).rounded(.up))
      let width: Float = 0x1p-12
      let affine = try observed(values, percentile, .affine)
      let (first, last) = (sorted[outside / 2], sorted[1999 - outside / 2])
      let expectedHigh = last > 0 ? edge(last, width: width) : -(edge(last, width: width) - width)
      let expectedLow = first < 0 ? -edge(first, width: width) : edge(first, width: width) - width
      #expect(affine.high == min(expectedHigh, sorted[1999]), "\(low)...\(high)")
      #expect(affine.low == max(expectedLow, sorted[0]), "\(low)...\(high)")
      let magnitudes = values.map(\.magnitude).sorted()
      let bound = edge(magnitudes[1999 - outside], width: width)
      let symmetric = try observed(values, percentile, .symmetric)
      #expect(symmetric == ObservedRange(low: max(-bound, sorted[0]), high: min(bound, sorted[1999])))
    }
  }

  // 99.9 % of 1000 values leave one out; computed as a share left out, 0.0999... % of them would leave none.
  @Test func theShareIsRoundedOnce() throws {
    let values = (1...1000).map { Float($0) }
    #expect(try observed(values, 99.9, .symmetric).high < 1000)
    #expect(try observed(values, 99.9, .affine) == ObservedRange(low: 1, high: 1000))
    #expect(try observed(values, 100, .symmetric).high == 1000)
  }

  @Test func outliersAreCutAtTheEndWhereTheyAre() throws {
    var random = SeededGenerator(seed: 112)
    let values = random.floats(10_000, 0, 1) + [100]
    let range = try observed(values, 99.9, .affine)
    // A bin is 1/32 wide once 100 was seen.
    #expect(range.low == 0 || range.low == values.min())
    #expect(range.high >= 0.99 && range.high <= 1.0625)
  }

  @Test(arguments: Symmetry.allCases) func zerosAndOneSignAreSane(_ symmetry: Symmetry) throws {
    #expect(try observed([0, 0, 0], 99, symmetry) == ObservedRange(low: 0, high: 0))
    #expect(try observed([Float](repeating: 5, count: 10), 99, symmetry) == ObservedRange(low: 5, high: 5))
    let mostlyZero = [Float](repeating: 0, count: 999) + [7]
    #expect(try observed(mostlyZero, 50, symmetry) == ObservedRange(low: 0, high: 0))
    let negative = try observed([-1, -2, -3, -4], 100, symmetry)
    #expect(negative.low == -4 && negative.high <= 0)
  }

  @Test func orderIsIrrelevant() throws {
    var random = SeededGenerator(seed: 113)
    let values = PyTorchHistograms.values(.tails, 114, 5000)
    let shuffled = random.permutation(5000).map { values[$0] }
    #expect(try observed(values, 99, .affine) == observed(shuffled, 99, .affine))
  }
}
