import Evaluation
import Foundation
import TestSupport
import Testing

@Suite struct LayerErrorTests {
  private func measure(_ exact: [[Float]], _ quantized: [[Float]], _ names: [String] = ["a"]) -> [LayerError] {
    let images = FixedEngine.images([UInt8](repeating: 0, count: exact.count))
    return LayerError.measure(
      names, float: FixedEngine(exact, capacity: 2), quantized: FixedEngine(quantized, capacity: 3),
      on: images)
  }

  // Signal 1 + 4 + 9 + 16 = 30, noise 0.25 + 1 = 1.25, differences +0.5 and -1. Would catch a ratio of amplitudes
  // (20 log10), a mean of magnitudes, a sign turned around, and batches that are not added up.
  @Test func figuresAreThoseWorkedOutByHand() {
    let error = measure([[1, 2], [3, 4], [0, 0]], [[1.5, 2], [3, 3], [0, 0]])[0]
    #expect(error.layer == "a")
    #expect(abs(error.sqnr - 10 * log10(24.0)) < 1e-12)
    #expect(abs(error.meanError - -0.5 / 6) < 1e-15)
    #expect(error.maxError == 1)
  }

  @Test func equalValuesHaveAnInfiniteRatio() {
    let error = measure([[1, 2]], [[1, 2]])[0]
    #expect(error.sqnr == .infinity && error.meanError == 0 && error.maxError == 0)
  }

  @Test func noSignalIsMinusInfinity() {
    #expect(measure([[0, 0]], [[1, 0]])[0].sqnr == -.infinity)
  }

  // Would catch a largest error that passes over the worst value of all.
  @Test func aNaNShowsInEveryFigure() {
    let error = measure([[.nan, 2], [1, 1]], [[1, 1], [1, 1]])[0]
    #expect(error.sqnr.isNaN && error.meanError.isNaN && error.maxError.isNaN)
  }

  @Test func everyTensorIsMeasuredByItself() {
    let errors = measure([[1, 2], [3, 4]], [[1.5, 2], [3, 4]], ["b", "a"])
    #expect(errors.map(\.layer) == ["b", "a"])
    #expect(errors.map(\.meanError) == [-0.125, 0.125])
  }
}
