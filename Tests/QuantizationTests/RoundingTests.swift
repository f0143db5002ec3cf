import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct RoundingTests {
  @Test func tiesGoToTheEvenNeighbour() {
    let values: [Float] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997, 8_388_607.5]
    #expect(values.map(Rounding.halfToEven) == [-2, -2, 0, 0, 2, 2, 0, 8_388_608])
    #expect(Rounding.halfToEven(.infinity) == .infinity && Rounding.halfToEven(.nan).isNaN)
  }

  // Would catch a conversion that traps or wraps before the clamp, and a NaN that becomes the upper end.
  @Test func clampingSurvivesEverything() {
    let values: [Float] = [
      .nan, .infinity, -.infinity, 3e38, -3e38, 127.5, 127.4, -0.5, -0.6, 0x1p31, -0x1p31,
    ]
    #expect(
      values.map { Rounding.halfToEven($0, clampedTo: 0, 127) } == [
        0, 127, 0, 127, 0, 127, 127, 0, 0, 127, 0,
      ])
  }

  // Would catch a clamp before rounding that moves a value over an end: the oracle rounds first, in double.
  @Test func clampingFirstIsClampingLast() {
    var random = SeededGenerator(seed: 31)
    for x in random.floats(5000, -300, 300) + (-600...600).map({ Float($0) / 2 }) {
      for (low, high) in [(0, 127), (-128, 127), (-7, -3), (-100, 155)] as [(Int32, Int32)] {
        let rounded = Double(x).rounded(.toNearestOrEven)
        let expected = Int32(min(max(rounded, Double(low)), Double(high)))
        #expect(Rounding.halfToEven(x, clampedTo: low, high) == expected, "\(x) in \(low)...\(high)")
      }
    }
  }
}
