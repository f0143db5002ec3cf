import Foundation
import Quantization
import TestSupport
import Tensors
import Testing

/// FBGEMM's rule as its authors state it, in their mixture of f32 and f64, with C's own rounding.
private struct Chosen: Equatable {
  var scale: Float
  var zeroPoint: Int32

  init(scale: Float, zeroPoint: Int32) { (self.scale, self.zeroPoint) = (scale, zeroPoint) }

  init(_ low: Float, _ high: Float, _ range: IntegerRange) {
    let threshold = Float("6.1e-5") ?? 0
    let steps = range.high - range.low
    var ends = [Swift.min(low, 0), Swift.max(high, 0)]
    var scale = (Double(ends[1]) - Double(ends[0])) / Double(steps)
    if Float(scale) == 0 || 1 / Float(scale) == .infinity { scale = 0.1 }
    if scale < Double(threshold) {
      if ends[0] == 0 {
        ends[1] = threshold * Float(steps)
      } else if ends[1] == 0 {
        ends[0] = -threshold * Float(steps)
      } else {
        ends = ends.map { $0 * (threshold / Float(scale)) }
      }
      scale = Double(threshold)
    }
    let places = zip([range.low, range.high], ends).map { end, value in
      (place: Double(end) - Double(value) / scale, error: Double(end.magnitude) - (Double(value) / scale).magnitude)
    }
    let place = places[0].error < places[1].error ? places[0].place : places[1].place
    self.init(
      scale: Float(scale),
      zeroPoint: Int32(nearbyint(min(max(place, Double(range.low)), Double(range.high)))))
  }
}

@Suite struct DynamicParametersTests {
  private static let ranges = [IntegerRange(0, 127), IntegerRange(0, 255)]
  private static let pytorch = [NumericProfile.fbgemm, .qnnpack]

  private func chosen(
    _ profile: NumericProfile, _ low: Float, _ high: Float, _ range: IntegerRange = IntegerRange(0, 127)
  ) throws -> Chosen {
    let parameters = try profile.dynamicParameters(covering: low, high, integers: range)
    #expect(parameters.range == range)
    return Chosen(scale: parameters.scale, zeroPoint: parameters.zeroPoint)
  }

  // Would catch a rule of its own where a calibration over the same values has one.
  @Test(arguments: ranges) func octavoChoosesAsCalibrationDoes(_ range: IntegerRange) throws {
    var random = SeededGenerator(seed: 81)
    for _ in 0..<500 {
      let ends = random.floats(2, -3, 3).sorted()
      let calibrated = try QuantizationParameters(
        covering: ObservedRange(low: ends[0], high: ends[1]), symmetry: .affine, range: range, least: 0x1p-23)
      #expect(try NumericProfile.octavo.dynamicParameters(covering: ends[0], ends[1], integers: range) == calibrated)
    }
  }

  // Would catch a scale in f32, a zero point from the end that errs more, and an amplifier in f64: many ranges are
  // tiny, and some have only one sign.
  @Test(arguments: pytorch, ranges) func theRuleIsFBGEMMs(_ profile: NumericProfile, _ range: IntegerRange) throws {
    var random = SeededGenerator(seed: 82)
    for index in 0..<5000 {
      let size = exp2(Double(random.below(60)) - 40)
      let ends = random.floats(2, index % 3 == 0 ? 0 : -size, index % 3 == 1 ? 0 : size).sorted()
      #expect(try chosen(profile, ends[0], ends[1], range) == Chosen(ends[0], ends[1], range), "\(ends)")
    }
  }

  // Known ones: 6.1e-5 is the least, whatever is below it; no values but zero give 0.1.
  @Test(arguments: pytorch) func tinyRangesHaveTheLeastScale(_ profile: NumericProfile) throws {
    #expect(try chosen(profile, -1e-4, 1e-4) == Chosen(scale: 6.1e-5, zeroPoint: 64))
    #expect(try chosen(profile, 0, 1e-4) == Chosen(scale: 6.1e-5, zeroPoint: 0))
    #expect(try chosen(profile, -1e-4, 0) == Chosen(scale: 6.1e-5, zeroPoint: 127))
    #expect(try chosen(profile, 1e-5, 1e-4) == Chosen(scale: 6.1e-5, zeroPoint: 0))
    #expect(try chosen(profile, 0, 0) == Chosen(scale: 0.1, zeroPoint: 0))
    #expect(try chosen(profile, 0, .leastNonzeroMagnitude) == Chosen(scale: 0.1, zeroPoint: 0))
    #expect(try chosen(profile, 0, 0x1p-121).scale == 6.1e-5)
  }

  // Would catch a range that is not widened to hold zero.
  @Test(arguments: NumericProfile.allCases) func rangesOfOneSignHoldZero(_ profile: NumericProfile) throws {
    #expect(try chosen(profile, 1, 127) == Chosen(scale: 1, zeroPoint: 0))
    #expect(try chosen(profile, -127, -1) == Chosen(scale: 1, zeroPoint: 127))
    #expect(try chosen(profile, -254, -3, IntegerRange(0, 127)) == Chosen(scale: 2, zeroPoint: 127))
  }

  // 33.5 steps lie below zero, in both rules: half to even is 34. Above lie 93.5, and 127 less 93.5 is 33.5 too.
  @Test(arguments: NumericProfile.allCases) func tiesGoToEven(_ profile: NumericProfile) throws {
    #expect(try chosen(profile, -33.5, 93.5) == Chosen(scale: 1, zeroPoint: 34))
    #expect(try chosen(profile, -32.5, 94.5) == Chosen(scale: 1, zeroPoint: 32))
  }

  // Would catch a range from which a NaN is lost, and the layer's outputs with it.
  @Test(arguments: NumericProfile.allCases) func endsMustBeFinite(_ profile: NumericProfile) {
    for (low, high) in [
      (Float.nan, Float.nan), (-.infinity, 1), (-1, .infinity), (.nan, 1), (-1, .nan), (-.infinity, .infinity),
    ] as [(Float, Float)] {
      let error = #expect(throws: QuantizationError.self) { try chosen(profile, low, high) }
      guard case .notFinite = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  // Widths beyond f32: f64 holds them, so PyTorch's rule has a scale; ours, in f32, says that it has none.
  @Test func aWidthBeyondFloatIsAPyTorchScale() throws {
    let most = Float.greatestFiniteMagnitude
    #expect(throws: QuantizationError.badScale(.infinity)) { try chosen(.octavo, -most, most) }
    for profile in Self.pytorch {
      #expect(try chosen(profile, -most, most) == Chosen(-most, most, IntegerRange(0, 127)))
    }
  }

  @Test func eachEngineHasItsArithmetic() {
    #expect(NumericProfile.allCases.map(\.fusesDynamicBias) == [false, true, false])
    let reduced = IntegerRange(0, 127)
    #expect(
      NumericProfile.allCases.map { $0.dynamicClamp(reduced) } == [reduced, IntegerRange(0, 255), IntegerRange(0, 255)])
  }
}
