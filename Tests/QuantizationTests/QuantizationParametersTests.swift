import Foundation
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct QuantizationParametersTests {
  // Would catch 127 for 127.5, a zero point from the wrong end, a scale in double, a missing floor, a range that is
  // not widened to zero, and the middle of 0...127 taken for 128.
  @Test(arguments: PyTorchScales.rows.indices) func scalesAreThoseOfPyTorch(_ index: Int) throws {
    let row = PyTorchScales.rows[index]
    for (place, ends) in PyTorchScales.ranges.enumerated() {
      let parameters = try QuantizationParameters(
        covering: ObservedRange(low: ends.low, high: ends.high), symmetry: row.symmetry, range: row.range,
        least: 0x1p-23)
      #expect(parameters.scale == row.scales[place], "\(ends) \(row.symmetry) \(row.range)")
      #expect(parameters.zeroPoint == row.zeroPoints[place], "\(ends) \(row.symmetry) \(row.range)")
      #expect(parameters.range == row.range)
    }
  }

  @Test func anEmptyObservationIsTheIdentity() throws {
    let none = ObservedRange.empty
    for symmetry in Symmetry.allCases {
      for (range, zero) in [(IntegerRange(0, 127), 0), (IntegerRange(-128, 127), 0), (IntegerRange(3, 9), 3)] {
        let parameters = try QuantizationParameters(
          covering: none, symmetry: symmetry, range: range, least: 0x1p-23)
        #expect(parameters.scale == 1 && parameters.zeroPoint == Int32(zero))
      }
    }
  }

  // Would catch a NaN that max() or min() swallows: it would give the scale of the other end.
  @Test(arguments: [
    (Float.nan, Float(1)), (-1, .nan), (.nan, .nan), (-.infinity, 1), (-1, .infinity), (.infinity, .infinity),
    (-.infinity, .infinity), (.infinity, .nan),
  ]) func endsMustBeFinite(_ low: Float, _ high: Float) {
    for symmetry in Symmetry.allCases {
      let error = #expect(throws: QuantizationError.self) {
        try QuantizationParameters(
          covering: ObservedRange(low: low, high: high), symmetry: symmetry, range: IntegerRange(.u8), least: 0x1p-23)
      }
      guard case .notFinite = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  // Would catch an infinite scale, under which everything is the zero point.
  @Test func aRangeWiderThanFloatIsRefused() {
    let most = Float.greatestFiniteMagnitude
    #expect(throws: QuantizationError.badScale(.infinity)) {
      try QuantizationParameters(
        covering: ObservedRange(low: -most, high: most), symmetry: .affine, range: IntegerRange(.u8), least: 0x1p-23)
    }
  }

  @Test(arguments: [0, -1, .infinity, .nan] as [Float]) func aScaleIsFiniteAndPositive(_ scale: Float) {
    let error = #expect(throws: QuantizationError.self) {
      try QuantizationParameters(scale: scale, zeroPoint: 0, range: IntegerRange(.u8))
    }
    guard case .badScale = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [-1, 128] as [Int32]) func aZeroPointLiesWithinItsRange(_ zeroPoint: Int32) {
    let range = IntegerRange(0, 127)
    #expect(throws: QuantizationError.badZeroPoint(zeroPoint, range)) {
      try QuantizationParameters(scale: 1, zeroPoint: zeroPoint, range: range)
    }
  }

  @Test func messagesSayWhatWasExpected() {
    #expect("\(QuantizationError.badScale(0))" == "expected a finite scale above zero, found 0.0")
    #expect(
      "\(QuantizationError.badZeroPoint(5, IntegerRange(0, 3)))"
        == "expected a zero point within 0...3, found 5")
    #expect(
      "\(QuantizationError.notFinite(.nan, 1))" == "expected finite values, observed a range from nan to 1.0")
  }

  /// Ranges of several sizes and positions.
  private func parameters() throws -> [QuantizationParameters] {
    var random = SeededGenerator(seed: 21)
    return try (0..<40).map { index in
      let size = exp2(random.uniform(-18, 18))
      let (a, b) = (Float(random.uniform(-size, size)), Float(random.uniform(-size, size)))
      let ranges = [IntegerRange(0, 127), IntegerRange(.u8), IntegerRange(.s8), IntegerRange(-127, 127)]
      return try QuantizationParameters(
        covering: ObservedRange(low: min(a, b), high: max(a, b)), symmetry: index % 2 == 0 ? .affine : .symmetric,
        range: ranges[index % 4], least: 0x1p-23)
    }
  }

  // Would catch truncation, a clamp before the zero point, and zero points that do not give zero back. Half a step,
  // and 2^-15 of one: x / scale < 2^8 is off by 2^-17 at most, the product by as much again.
  @Test(arguments: ScalingRule.allCases) func errorsAreHalfAStepWithinTheRange(
    _ rule: ScalingRule
  ) throws {
    var random = SeededGenerator(seed: 22)
    for parameters in try parameters() {
      let (low, high) = (
        parameters.dequantize(parameters.range.low), parameters.dequantize(parameters.range.high)
      )
      let bound = Double(parameters.scale) * (0.5 + 0x1p-15)
      for x in random.floats(200, Double(low), Double(high)) {
        let q = parameters.quantize(x, rule: rule)
        #expect(abs(Double(parameters.dequantize(q)) - Double(x)) <= bound, "\(x) under \(parameters)")
      }
      #expect(parameters.quantize(0, rule: rule) == parameters.zeroPoint)
      #expect(parameters.dequantize(parameters.zeroPoint) == 0)
    }
  }

  // Would catch any integer that does not survive its own real value.
  @Test func everyIntegerComesBack() throws {
    for parameters in try parameters() {
      for q in parameters.range.low...parameters.range.high {
        #expect(parameters.quantize(parameters.dequantize(q), rule: .divide) == q)
        #expect(parameters.quantize(parameters.dequantize(q), rule: .fused) == q)
      }
    }
  }

  // Would catch rounding half up or away from zero, and a zero point added before rounding (0.5 + 1 is 1.5 -> 2).
  @Test func tiesGoToEvenBeforeTheZeroPoint() throws {
    let parameters = try QuantizationParameters(scale: 1, zeroPoint: 101, range: IntegerRange(.u8))
    let ties: [Float] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
    #expect(ties.map { parameters.quantize($0, rule: .divide) } == [99, 99, 101, 101, 103, 103])
    // The fused rule rounds the sum: beside an odd zero point ties fall to the other side.
    #expect(ties.map { parameters.quantize($0, rule: .fused) } == [98, 100, 100, 102, 102, 104])
  }

  @Test func whatLiesOutsideIsClamped() throws {
    let parameters = try QuantizationParameters(scale: 0.5, zeroPoint: 10, range: IntegerRange(3, 120))
    for rule in ScalingRule.allCases {
      let values: [Float] = [-3.5, -3.75, -1e30, -.infinity, 55, 55.25, 1e30, .infinity, .nan]
      #expect(values.map { parameters.quantize($0, rule: rule) } == [3, 3, 3, 3, 120, 120, 120, 120, 3])
    }
  }

  // Pixels under the symmetric scale of [-1, 1], where PyTorch 2.13 gives 130 for pixel 3: the product is 1.4999999, its sum
  // with 128 has no float so close to 129.5, and the tie falls to the even neighbour. Rounding the product alone gives 129,
  // and another integer than PyTorch's for 32 pixels.
  @Test func theFusedRuleIsPyTorchs() throws {
    let parameters = try QuantizationParameters(scale: 0.007843138, zeroPoint: 128, range: IntegerRange(.u8))
    let pixels = (0..<256).map { Float($0) / 255 }
    let fused = pixels.map { parameters.quantize($0, rule: .fused) }
    let rounded = pixels.map { 128 + Int32(($0 * (1 / parameters.scale)).rounded(.toNearestOrEven)) }
    #expect(fused[3] == 130 && rounded[3] == 129)
    #expect(zip(fused, rounded).count { $0 != $1 } == 32)
  }

  // Zero has no scale of its own; whatever else is smaller than the least scale has that.
  @Test(arguments: [0x1p-63, 0x1p-23] as [Float]) func theLeastScaleIsThatOfWhatIsNotZero(_ least: Float) throws {
    for symmetry in Symmetry.allCases {
      func scale(_ low: Float, _ high: Float) throws -> Float {
        try QuantizationParameters(
          covering: ObservedRange(low: low, high: high), symmetry: symmetry, range: IntegerRange(-127, 127),
          least: least
        ).scale
      }
      #expect(try scale(0, 0) == 0x1p-23)
      #expect(try scale(-.leastNonzeroMagnitude, 0) == least)
      #expect(try scale(0, least) == least)
      #expect(try scale(-254 * least, 254 * least) > least)
    }
  }

  // FBGEMM's own example: the quotient is just below a tie, the product with the reciprocal is on it.
  @Test func divisionAndReciprocalPartAtFBGEMMsExample() throws {
    let parameters = try QuantizationParameters(scale: 0.00214854861, zeroPoint: 0, range: IntegerRange(.u8))
    #expect(parameters.quantize(0.273939937, rule: .divide) == 127)
    #expect(parameters.quantize(0.273939937, rule: .fused) == 128)
  }

  @Test func aRangeIsAListOfTwoInJSON() throws {
    let range = IntegerRange(-127, 127)
    let data = try JSONEncoder().encode(range)
    #expect(String(decoding: data, as: UTF8.self) == "[-127,127]")
    #expect(try JSONDecoder().decode(IntegerRange.self, from: data) == range)
    #expect("\(range)" == "-127...127")
  }

  // Would catch a precondition that a config file can trip.
  @Test(arguments: ["[]", "[1]", "[1,2,3]", "[2,2]", "[3,2]", "7"]) func aRangeNeedsTwoEndsInOrder(
    _ text: String
  ) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(IntegerRange.self, from: Data(text.utf8)) }
  }

  @Test func rangesContainEachOther() {
    #expect(IntegerRange(.u8).contains(IntegerRange(0, 127)) && IntegerRange(.u8).contains(IntegerRange(.u8)))
    #expect(!IntegerRange(0, 127).contains(IntegerRange(0, 128)))
    #expect(!IntegerRange(.u8).contains(IntegerRange(-1, 5)))
    #expect(IntegerRange(.s8) == IntegerRange(-128, 127) && IntegerRange(.u8) == IntegerRange(0, 255))
  }
}
