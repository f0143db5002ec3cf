import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct MovingAverageMinMaxObserverTests {
  private func observed(_ batches: [[Float]], constant: Float = 0.01) throws -> [ObservedRange] {
    var observer = MovingAverageMinMaxObserver(averagingConstant: constant)
    return try batches.map {
      try observer.observe($0[...])
      return observer.observed
    }
  }

  // torch 2.13.0: MovingAverageMinMaxObserver(averaging_constant=0.01), min_val and max_val after each batch.
  @Test func averagesAreThoseOfPyTorch() throws {
    let result = try observed([[-1, 2, 0.5], [-3.5, 1.25], [0.1, 7.3], [-0.2, -0.1], [0.3, 2.7]])
    #expect(
      result.map(\.low) == [-0x1p0, -0x1.066666p0, -0x1.03851ep0, -0x1.016fd2p0, -0x1.fc305ap-1])
    #expect(result.map(\.high) == [0x1p1, 0x1.fe147ap0, 0x1.05d566p1, 0x1.031656p1, 0x1.03f3d0p1])
  }

  // Each operation in double, rounded to float: rounding twice is rounding once. Would catch (1 - c) m + c x, a fused
  // product, and an average that starts from 0.
  @Test func eachStepIsRoundedThreeTimes() throws {
    var random = SeededGenerator(seed: 63)
    let batches = (0..<200).map { _ in random.floats(5, -3, 8) }
    var (low, high) = (batches[0].min() ?? 0, batches[0].max() ?? 0)
    func moved(_ mean: Float, _ x: Float) -> Float {
      let difference = Float(Double(x) - Double(mean))
      return Float(Double(mean) + Double(Float(Double(Float(0.01)) * Double(difference))))
    }
    for (index, range) in try observed(batches).enumerated() {
      if index > 0 {
        (low, high) = (moved(low, batches[index].min() ?? 0), moved(high, batches[index].max() ?? 0))
      }
      #expect(range == ObservedRange(low: low, high: high), "batch \(index)")
    }
  }

  // The documented price: the same values in another order give another range.
  @Test func theOrderMatters() throws {
    let batches: [[Float]] = [[0, 1], [0, 2], [0, 9]]
    #expect(try observed(batches).last != observed(batches.reversed()).last)
  }

  @Test func theConstantIsTheWeightOfTheNew() throws {
    #expect(try observed([[0, 1], [-4, 3]], constant: 0.5).last == ObservedRange(low: -2, high: 2))
    #expect(try observed([[0, 1], [-4, 3]], constant: 1).last == ObservedRange(low: -4, high: 3))
  }
}
