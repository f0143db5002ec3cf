import Quantization
import TestSupport
import Tensors
import Testing

/// What quantization promises of any range: laws, over random ones.
@Suite struct RoundTripTests {
  private static let ranges = [
    IntegerRange(.u8), IntegerRange(.s8), IntegerRange(0, 127), IntegerRange(-127, 127), IntegerRange(-64, 63),
  ]

  // Half a step is what rounding costs. The slack: quotient, and product with the scale, are each rounded to 2^-24 of
  // themselves, which is at most 2^-16 of a step over 256 of them; two of those, and as much for the value itself.
  @Test(arguments: ranges, ScalingRule.allCases)
  func errorsAreHalfAStep(_ range: IntegerRange, _ rule: ScalingRule) throws {
    var random = SeededGenerator(seed: 91)
    for symmetry in Symmetry.allCases {
      for _ in 0..<100 {
        let size = random.uniform(0.01, 10)
        let ends = random.floats(2, -size, size).sorted()
        let parameters = try QuantizationParameters(
          covering: ObservedRange(low: ends[0], high: ends[1]), symmetry: symmetry, range: range, least: 0x1p-23)
        let half = Double(parameters.scale) * (0.5 + 0x1p-14)
        // Where the integers end; a rounded zero point may leave the last half step of the real range outside.
        let low = parameters.dequantize(range.low), high = parameters.dequantize(range.high)
        for _ in 0..<50 {
          let x = Float(random.uniform(Double(low), Double(high)))
          let q = parameters.quantize(x, rule: rule)
          #expect(range.low <= q && q <= range.high)
          #expect(abs(Double(parameters.dequantize(q)) - Double(x)) <= half, "\(x) \(parameters)")
        }
        for q in range.low...range.high {
          #expect(parameters.quantize(parameters.dequantize(q), rule: rule) == q, "an integer's number gives it again")
        }
        let zero = parameters.zeroPoint
        #expect(parameters.quantize(0, rule: rule) == zero && parameters.dequantize(zero) == 0)
      }
    }
  }

  // The observed range is covered, but for the half step that rounding the zero point may cost, and, in symmetric ranges
  // with one more integer below, the half step that PyTorch's scale leaves above.
  @Test(arguments: ranges) func affineRangesAreCovered(_ range: IntegerRange) throws {
    var random = SeededGenerator(seed: 92)
    for _ in 0..<300 {
      let ends = random.floats(2, -3, 3).sorted()
      let parameters = try QuantizationParameters(
        covering: ObservedRange(low: ends[0], high: ends[1]), symmetry: .affine, range: range, least: 0x1p-23)
      let half = Double(parameters.scale) * (0.5 + 0x1p-14)
      #expect(Double(parameters.dequantize(range.low)) <= Double(min(ends[0], 0)) + half)
      #expect(Double(parameters.dequantize(range.high)) >= Double(max(ends[1], 0)) - half)
    }
  }
}
