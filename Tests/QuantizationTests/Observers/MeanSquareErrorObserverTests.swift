import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct MeanSquareErrorObserverTests {
  /// The error of a range over the values themselves, not over bins.
  private func error(_ values: [Float], _ range: ObservedRange, _ symmetry: Symmetry, _ integers: IntegerRange) throws
    -> Double
  {
    let parameters = try QuantizationParameters(
      covering: range, symmetry: symmetry, range: integers, least: 0x1p-23)
    return values.reduce(0) { sum, value in
      let difference = Double(parameters.dequantize(parameters.quantize(value, rule: .divide))) - Double(value)
      return sum + difference * difference
    }
  }

  private func observed(_ values: [Float], _ symmetry: Symmetry, _ integers: IntegerRange) throws -> ObservedRange {
    var observer = MeanSquareErrorObserver(symmetry: symmetry, range: integers)
    for start in stride(from: 0, to: values.count, by: 999) {
      try observer.observe(values[start..<min(start + 999, values.count)])
    }
    return observer.observed
  }

  // All 128 ranges, over the values themselves. A bin is at most 1/16 of a step of 127 levels on a side, so
  // taking its middle for its values moves the error by 1/256 at most, that of two neighbouring ranges alike: 0.1 %.
  @Test(arguments: [PyTorchHistograms.Shape.bell, .tails, .uniform, .relu])
  func symmetricRangesAreTheBestOfAll(_ shape: PyTorchHistograms.Shape) throws {
    let values = PyTorchHistograms.values(shape, 131, 5000)
    let integers = IntegerRange(-127, 127)
    let found = try error(values, observed(values, .symmetric, integers), .symmetric, integers)
    let extremes = try ObservedRange(of: values[...])
    let least = try (1...128).map { parts in
      let share = Float(parts) / 128
      let range = ObservedRange(low: min(extremes.low, 0) * share, high: extremes.high * share)
      return try error(values, range, .symmetric, integers)
    }.min()
    #expect(try found <= #require(least) * 1.001)
  }

  // Every pair of ends on a grid of 32 by 32 parts: the search, which moves one end at a time, finds none worse. 0.1 %: as
  // above; the grid is coarser than the search.
  @Test(arguments: [PyTorchHistograms.Shape.bell, .tails, .relu, .below])
  func affineRangesAreTheBestOfAGrid(_ shape: PyTorchHistograms.Shape) throws {
    let values = PyTorchHistograms.values(shape, 132, 1000)
    let integers = IntegerRange(0, 127)
    let found = try error(values, observed(values, .affine, integers), .affine, integers)
    let extremes = try ObservedRange(of: values[...])
    var least = Double.infinity
    for low in 1...32 {
      for high in 1...32 {
        let range = ObservedRange(
          low: min(extremes.low, 0) * Float(low) / 32, high: max(extremes.high, 0) * Float(high) / 32)
        least = min(least, try error(values, range, .affine, integers))
      }
    }
    #expect(found <= least * 1.001)
  }

  // Values at the middles of bins, where the histogram loses nothing: no move of one end finds less. 2^-40: f64 sums in
  // another order. Would catch a search that stops after one round.
  @Test(arguments: [1, 2, 3, 4, 5] as [UInt32]) func noSingleMoveImproves(_ seed: UInt32) throws {
    let integers = IntegerRange(0, 6)
    // The last value sets the bins' width, 2^-13.
    let tails = PyTorchHistograms.values(.tails, 140 + seed, 2000).map { x -> Float in
      let bin = (x.magnitude / 16 * 8192).rounded(.down)
      return (bin + 0.5) / 8192 * (x < 0 ? -1 : 1)
    }
    let values = tails + [0.25 + 0x1p-14]
    let extremes = try ObservedRange(of: values[...])
    let range = try observed(values, .affine, integers)
    let found = try error(values, range, .affine, integers)
    for parts in 1...128 {
      let share = Float(parts) / 128
      for move in [
        ObservedRange(low: extremes.low * share, high: range.high),
        ObservedRange(low: range.low, high: extremes.high * share),
      ] {
        let moved = try error(values, move, .affine, integers)
        #expect(found <= moved * (1 + 0x1p-40))
      }
    }
  }

  // No worse than the extremes, which are among the ranges tried; with heavy tails and few levels, far better.
  @Test func heavyTailsAreCut() throws {
    let values = PyTorchHistograms.values(.tails, 133, 20_000)
    let integers = IntegerRange(0, 15)
    let range = try observed(values, .affine, integers)
    let extremes = try ObservedRange(of: values[...])
    #expect(range.high < extremes.high * 0.8 && range.low > extremes.low * 0.8)
    #expect(try error(values, range, .affine, integers) < error(values, extremes, .affine, integers) * 0.8)
  }

  @Test(arguments: Symmetry.allCases) func zerosAndOneSignAreSane(_ symmetry: Symmetry) throws {
    let integers = IntegerRange(0, 127)
    #expect(try observed([0, 0], symmetry, integers) == ObservedRange(low: 0, high: 0))
    for value: Float in [5, -5, 1e-30, 3e38] {
      let range = try observed([value, value], symmetry, integers)
      let parameters = try QuantizationParameters(
        covering: range, symmetry: symmetry, range: integers, least: 0x1p-23)
      let back = parameters.dequantize(parameters.quantize(value, rule: .divide))
      // Half a step; the least scale there is cannot tell 1e-30 from zero.
      #expect((back - value).magnitude <= parameters.scale / 2)
    }
  }

  // A width beyond f32 has no scale: the extremes come back, and the scale formula says what is wrong.
  @Test func aRangeWithoutAScaleIsTheCallersError() throws {
    let most = Float.greatestFiniteMagnitude
    let range = try observed([-most, most], .affine, IntegerRange(0, 127))
    #expect(range.low < 0 && range.high > 0)
  }

  @Test func orderIsIrrelevant() throws {
    var random = SeededGenerator(seed: 134)
    let values = PyTorchHistograms.values(.tails, 135, 3000)
    let shuffled = random.permutation(3000).map { values[$0] }
    let integers = IntegerRange(0, 255)
    #expect(try observed(values, .affine, integers) == observed(shuffled, .affine, integers))
  }
}
