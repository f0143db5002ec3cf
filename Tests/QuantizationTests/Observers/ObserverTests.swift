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
        var observer = kind.makeObserver()
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
    var observer = kind.makeObserver()
    try observer.observe([])
    #expect(observer.observed == .empty)
    try observer.observe([-1, 2])
    try observer.observe([])
    #expect(observer.observed == ObservedRange(low: -1, high: 2))
  }

  @Test func kindsMakeTheirObservers() {
    #expect(ObserverKind.minMax.makeObserver() is MinMaxObserver)
    #expect(ObserverKind.movingAverageMinMax.makeObserver() is MovingAverageMinMaxObserver)
    #expect(ObserverKind.allCases.map(\.rawValue) == ["min_max", "moving_average_min_max"])
  }
}
