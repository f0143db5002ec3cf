import Evaluation
import Int8Linear
import Layers
import Quantization
import Tensors
import TestSupport
import Testing

@Suite struct SpreadTests {
  private func grid(_ scale: Float, _ zeroPoint: Int32, _ range: IntegerRange) throws -> QuantizationParameters {
    try QuantizationParameters(scale: scale, zeroPoint: zeroPoint, range: range)
  }

  private func spreads(_ values: [[Float]], _ grids: [String: QuantizationParameters]) -> [Spread] {
    let images = FixedEngine.images([UInt8](repeating: 0, count: values.count))
    return Spread.ofActivations(["a", "b"], by: FixedEngine(values, capacity: 2), grids: grids, on: images)
  }

  // Steps of 0.5 from -1 to 2: whatever rounds to one of them is held, so -1.25 and 2.25 are the ends. "b" is -a.
  // Would catch half a step forgotten, the last batch left out, and one tensor's grid used for another.
  @Test func whatRoundsToNoIntegerIsClipped() throws {
    let found = spreads(
      [[-1.25, 2.25], [-1.26, 2.26], [0, 0], [1, 3]], ["a": try grid(0.5, 2, IntegerRange(0, 6))])
    #expect(found[0].clipped == 3.0 / 8 && found[1].clipped == nil)
    #expect(found[0].values?.low == -1.26 && found[0].values?.high == 3)
    #expect(found[1].values?.low == -3 && found[1].values?.high == 1.26)
    #expect(found[0].values?.counts.reduce(0, +) == 8)
    #expect(found[0].values == Distribution([-1.25, 2.25, -1.26, 2.26, 0, 0, 1, 3]))
  }

  @Test func aNaNHasNoBinsAndIsClipped() throws {
    let found = spreads([[.nan, 0]], ["a": try grid(1, 0, IntegerRange(0, 1))])
    #expect(found[0].values == nil && found[0].clipped == 0.5)
  }

  @Test func noImagesAreNoDivisionByZero() throws {
    let found = spreads([], ["a": try grid(1, 0, IntegerRange(0, 1))])
    #expect(found[0].values == nil && found[0].clipped == 0)
  }

  // Two channels with scales 1 and 0.01, integers -2...2. Would catch one channel's scale used for the other.
  @Test func aWeightIsClippedChannelByChannel() {
    let weight = QuantizedWeight(
      integers: [2, -2, 1, 2], shape: [2, 2], scales: [1, 0.01], range: IntegerRange(-2, 2))
    let spread = Spread(of: [2.4, -2.6, 0.0149, 0.03], quantized: weight)
    #expect(spread.clipped == 0.5 && spread.values?.low == -2.6)
    #expect(Spread(of: [1, 2], quantized: nil).clipped == nil)
  }

  @Test func theRealsOfAGridReachHalfAStepBeyond() throws {
    #expect(try grid(0.5, 3, IntegerRange(0, 255)).representable == -1.75...126.25)
    #expect(try grid(2, 0, IntegerRange(-127, 127)).representable == -255...255)
  }
}
