import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct ObserverTests {
  // Would catch a first value that is skipped, or extremes that start at 0.
  @Test func extremesAreThoseOfASort() throws {
    var random = SeededGenerator(seed: 61)
    for count in [1, 2, 3, 17, 1000] {
      for (low, high) in [(-5.0, 5.0), (2, 3), (-3, -2)] {
        let values = random.floats(count, low, high)
        let sorted = values.sorted()
        #expect(try ObservedRange(of: values[...]) == ObservedRange(low: sorted[0], high: sorted[count - 1]))
      }
    }
    #expect(try ObservedRange(of: []) == .empty)
    let most = Float.greatestFiniteMagnitude
    #expect(try ObservedRange(of: [most, -most, most]) == ObservedRange(low: -most, high: most))
  }

  // Would catch indices taken from 0 in a slice that starts later.
  @Test func aSliceIsSeenAlone() throws {
    let values: [Float] = [-100, 1, 2, 3, 100]
    #expect(try ObservedRange(of: values[1..<4]) == ObservedRange(low: 1, high: 3))
  }

  // Would catch NaN that fails every comparison and so goes unseen, wherever it stands.
  @Test(arguments: ObserverKind.allCases) func whatIsNotFiniteIsAnError(_ kind: ObserverKind) throws {
    for bad in [Float.nan, .infinity, -.infinity, -.nan] {
      for position in [0, 1, 2] {
        var observer = scheme(kind).makeObserver()
        try observer.observe([1, 2])
        let before = observer.observed
        var values: [Float] = [3, 4, 5]
        values[position] = bad
        let error = #expect(throws: QuantizationError.self) { try observer.observe(values[...]) }
        guard case .notFinite = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
        #expect(observer.observed == before, "what was refused leaves no trace")
      }
    }
  }

  @Test(arguments: ObserverKind.allCases) func anEmptyBatchChangesNothing(_ kind: ObserverKind) throws {
    var observer = scheme(kind).makeObserver()
    try observer.observe([])
    #expect(observer.observed == .empty)
    try observer.observe([-1, 2])
    let before = observer.observed
    #expect(before != .empty)
    try observer.observe([])
    #expect(observer.observed == before)
  }

  @Test func kindsMakeTheirObservers() {
    #expect(scheme(.minMax).makeObserver() is MinMaxObserver)
    #expect(scheme(.movingAverageMinMax).makeObserver() is MovingAverageMinMaxObserver)
    #expect(scheme(.histogram).makeObserver() is HistogramObserver)
    #expect(scheme(.percentile).makeObserver() is PercentileObserver)
    #expect(scheme(.entropy).makeObserver() is EntropyObserver)
    #expect(scheme(.meanSquareError).makeObserver() is MeanSquareErrorObserver)
    #expect(scheme(.learned).makeObserver() is MinMaxObserver, "learning starts from the extremes")
    #expect(
      ObserverKind.allCases.map(\.rawValue) == [
        "min_max", "moving_average_min_max", "histogram", "percentile", "entropy", "mean_square_error", "learned",
      ])
  }

  // Would catch a scheme's percentile, symmetry or range that does not reach its observer.
  @Test func observersAreMadeForTheirScheme() throws {
    var percentile = scheme(.percentile)
    let plain = try #require(percentile.makeObserver() as? PercentileObserver)
    #expect(plain.percentile == 99.999 && plain.symmetry == .affine)
    percentile.percentile = 98
    percentile.symmetry = .symmetric
    let other = try #require(percentile.makeObserver() as? PercentileObserver)
    #expect(other.percentile == 98 && other.symmetry == .symmetric)
    let entropy = try #require(scheme(.entropy).makeObserver() as? EntropyObserver)
    #expect(entropy.levels == 128 && entropy.symmetry == .affine)
    let error = try #require(scheme(.meanSquareError).makeObserver() as? MeanSquareErrorObserver)
    #expect(error.range == IntegerRange(0, 127) && error.symmetry == .affine)
  }

  // Would catch a calibrator that breaks down where the others do not: dead tensors, one sign, one value, an outlier.
  // Every range lies within the extremes and zero, and has a scale.
  @Test(arguments: ObserverKind.allCases) func rangesAreSane(_ kind: ObserverKind) throws {
    let samples: [[Float]] = [
      [0, 0, 0], [1], [-1], [0, 0, 3], [-2, -1], [1, 2], [0x1p-133, 0x1p-132], [1e30, 1], [-1, 0, 1],
      (0..<1000).map { Float($0 % 10) / 10 } + [1000],
    ]
    for sample in samples {
      let scheme = scheme(kind)
      var observer = scheme.makeObserver()
      try observer.observe(sample[...])
      let (range, extremes) = (observer.observed, try ObservedRange(of: sample[...]))
      #expect(range.low <= range.high, "\(sample.prefix(3))")
      #expect(min(extremes.low, 0) <= range.low && range.high <= max(extremes.high, 0), "\(sample.prefix(3))")
      let parameters = try QuantizationParameters(
        covering: range, symmetry: scheme.symmetry, range: scheme.range, least: 0x1p-23)
      #expect(parameters.dequantize(parameters.zeroPoint) == 0)
    }
  }

  private func scheme(_ kind: ObserverKind) -> TensorScheme {
    var scheme = TensorScheme.activations
    scheme.observer = kind
    return scheme
  }
}
