import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct RequantizationTests {
  // Each step in double, rounded to float: a double holds more than 2 * 24 + 2 bits, so rounding twice is rounding
  // once. Would catch a multiplier formed as input * (weight / output), or in one rounding.
  @Test func theMultiplierRoundsTwice() throws {
    var random = SeededGenerator(seed: 41)
    for _ in 0..<2000 {
      let (input, weight, output) = (
        random.floats(1, 1e-4, 1)[0], random.floats(1, 1e-6, 1)[0], random.floats(1, 1e-3, 9)[0]
      )
      let step = Float(Double(input) * Double(weight))
      let divided = Float(Double(step) / Double(output))
      #expect(
        try Requantization.multiplier(input: input, weight: weight, output: output, rule: .divide) == divided)
      // QNNPACK's form rounds the reciprocal as well.
      let multiplied = Float(Double(step) * Double(Float(1 / Double(output))))
      #expect(
        try Requantization.multiplier(input: input, weight: weight, output: output, rule: .reciprocal) == multiplied)
    }
  }

  @Test(
    arguments: [(1e-30, 1e-30, 1), (1e30, 1e30, 1), (1, 1, .infinity), (1, .nan, 1), (-1, 1, 1)]
      as [(Float, Float, Float)])
  func aMultiplierIsFiniteAndPositive(_ input: Float, _ weight: Float, _ output: Float) {
    let error = #expect(throws: QuantizationError.self) {
      try Requantization.multiplier(input: input, weight: weight, output: output, rule: .divide)
    }
    guard case .badScale = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  // Against exact integers: the accumulator is rounded to 24 bits, multiplied by the multiplier's 24-bit mantissa,
  // rounded to 24 bits and rounded at the binary point, each time half to even. Would catch a product in double and
  // an accumulator that is not rounded (2^24 + 1).
  @Test func requantizationIsThatOfExactIntegers() {
    var random = SeededGenerator(seed: 42)
    var accumulators: [Int32] = [.min, .min + 1, -16_777_217, -1, 0, 1, 16_777_217, 33_554_434, .max]
    for bits in 1...31 {
      accumulators += random.integers(60, Int32(-(1 << (bits - 1)))...Int32((1 << (bits - 1)) - 1))
    }
    for multiplier in [0.0078125, 0.00390625, 0.0123, 1e-5, 3.3e-7, 0x1p-24, 0x1.fffffep-9] as [Float] {
      for accumulator in accumulators {
        for (zeroPoint, clamp) in [(0, IntegerRange(.u8)), (64, IntegerRange(0, 127))]
          as [(Int32, IntegerRange)]
        {
          let expected = exact(accumulator, multiplier) + Int64(zeroPoint)
          let q = Requantization.requantize(
            accumulator, multiplier: multiplier, zeroPoint: zeroPoint, clamp: clamp)
          #expect(
            Int64(q) == min(max(expected, Int64(clamp.low)), Int64(clamp.high)),
            "\(accumulator) * \(multiplier)")
        }
      }
    }
  }

  /// rne(f32(f32(accumulator) * multiplier)) in integers alone.
  private func exact(_ accumulator: Int32, _ multiplier: Float) -> Int64 {
    let magnitude = Int64(accumulator.magnitude)
    let mantissa = Int64(multiplier.significand * 0x1p23)
    var exponent = Int(multiplier.exponent) - 23
    let product = rounded(magnitude, toBits: 24) * mantissa
    let short = rounded(product, toBits: 24)
    var value = short
    while exponent > 0 { (value, exponent) = (value * 2, exponent - 1) }
    let result = exponent == 0 ? value : shifted(value, right: -exponent)
    return accumulator < 0 ? -result : result
  }

  /// The nearest number with so many significant bits, ties to even.
  private func rounded(_ value: Int64, toBits bits: Int) -> Int64 {
    let excess = 64 - value.leadingZeroBitCount - bits
    return excess <= 0 ? value : shifted(value, right: excess) << Int64(excess)
  }

  /// value / 2^right, ties to even.
  private func shifted(_ value: Int64, right: Int) -> Int64 {
    guard right < 63 else { return 0 }
    let (floor, half) = (value >> Int64(right), Int64(1) << Int64(right - 1))
    let rest = value - floor << Int64(right)
    return rest > half || (rest == half && floor % 2 == 1) ? floor + 1 : floor
  }

  // Would catch a bias that is added after the product, or to an accumulator not yet rounded to float.
  @Test func aFloatBiasIsAddedToTheAccumulator() {
    var random = SeededGenerator(seed: 43)
    for _ in 0..<3000 {
      let accumulator = random.integers(1, -60_000...60_000 as ClosedRange<Int32>)[0]
      let (bias, multiplier) = (random.floats(1, -5000, 5000)[0], random.floats(1, 1e-4, 1e-2)[0])
      let sum = Float(Double(accumulator) + Double(bias))
      let product = Float(Double(sum) * Double(multiplier))
      let expected = min(max(Int32(Double(product).rounded(.toNearestOrEven)) + 20, 0), 255)
      #expect(
        Requantization.requantize(
          accumulator, bias: bias, multiplier: multiplier, zeroPoint: 20, clamp: IntegerRange(.u8))
          == expected)
    }
  }

  // FBGEMM's per-tensor form, bias * (1 / step) + sum in one rounding: what beside the other form, and beside two
  // roundings, gives another integer. From a public report: 53,497.371 is 68 in the output's steps, 53,497.367 is 67.
  @Test func aFloatBiasMayHaveAFactor() {
    var random = SeededGenerator(seed: 45)
    var (unlikeQuotient, unlikeProduct) = (0, 0)
    for _ in 0..<20_000 {
      let accumulator = random.integers(1, -60_000...60_000 as ClosedRange<Int32>)[0]
      let (bias, step) = (random.floats(1, -1, 1)[0], random.floats(1, 1e-5, 1e-3)[0])
      let factor = 1 / step
      // The product of two floats is exact in double; the sum of it and 17 bits is off by less than 2^-52 of itself, and
      // ties of the rounding to float are as rare.
      let sum = Float(Double(accumulator) + Double(bias) * Double(factor))
      unlikeQuotient += sum == Float(accumulator) + bias / step ? 0 : 1
      unlikeProduct += sum == Float(accumulator) + bias * factor ? 0 : 1
      let expected = min(max(Int32((Double(sum) * 0x1p-9).rounded(.toNearestOrEven)) + 20, 0), 255)
      #expect(
        Requantization.requantize(
          accumulator, bias: bias, biasFactor: factor, multiplier: 0x1p-9, zeroPoint: 20, clamp: IntegerRange(.u8))
          == expected)
    }
    #expect(unlikeQuotient > 100 && unlikeProduct > 100)
  }

  // Would catch rounding half away from zero, and division where QNNPACK multiplies.
  @Test func anIntegerBiasIsCountedInSteps() {
    let ties: [Float] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
    for rule in DivisionRule.allCases {
      #expect(
        ties.map { Requantization.integerBias($0 / 16, input: 0.25, weight: 0.25, rule: rule) } == [
          -2, -2, 0, 0, 2, 2,
        ])
    }
    // f32(x / s) is just below 127.5, f32(x * f32(1 / s)) on it.
    let (bias, scale) = (Float(0.273939937), Float(0.00214854861))
    #expect(Requantization.integerBias(bias, input: scale, weight: 1, rule: .divide) == 127)
    #expect(Requantization.integerBias(bias, input: 1, weight: scale, rule: .reciprocal) == 128)
  }

  // Would catch a conversion that traps at 2^31, and an end that wraps to the other.
  @Test func anIntegerBiasStopsAtTheEndsOf32Bits() {
    let cases: [(Float, Int32)] = [
      (0x1p31, .max), (0x1.fffffep30, 2_147_483_520), (-0x1p31, .min), (-0x1.fffffep30, -2_147_483_520),
      (3e38, .max), (-3e38, .min),
    ]
    for (bias, expected) in cases {
      for rule in DivisionRule.allCases {
        #expect(Requantization.integerBias(bias, input: 1, weight: 1, rule: rule) == expected, "\(bias)")
      }
    }
    #expect(Requantization.integerBias(1, input: 1e-20, weight: 1e-20, rule: .divide) == .max)
  }

  @Test func aFloatBiasIsDividedOnce() {
    var random = SeededGenerator(seed: 44)
    for _ in 0..<1000 {
      let (bias, input, weight) = (
        random.floats(1)[0], random.floats(1, 0.001, 1)[0], random.floats(1, 0.001, 1)[0]
      )
      let step = Float(Double(input) * Double(weight))
      #expect(
        Requantization.floatBias(bias, input: input, weight: weight) == Float(Double(bias) / Double(step)))
    }
  }
}
