import Foundation
import Quantization
import Tensors
import Testing

/// What the engines do, as read in their sources and seen when they ran.
private struct Facts: Equatable {
  var biasType: DType
  var biasRule: BiasRule
  var scaling: ScalingRule
  var division: DivisionRule
  var requantization: RequantizationRule
  var leastScale: Float
  var clamping: ClampingRule
  var observations: Int
  var dynamicParameters: DynamicParameterRule
  var fusesDynamicBias: Bool
  var averages: AverageRule
  var activations: [DType]
  var symmetricRanges: SymmetricRangeRule
  var reduceRange: Bool

  static let table: [String: Facts] = [
    // int32 bias, true division, a multiplier f32(f32(sx * sw) / sy), as ONNX Runtime; the range clamps, and may be halved.
    "octavo": Facts(
      biasType: .s32, biasRule: .integer, scaling: .divide, division: .divide, requantization: .floatMultiplier,
      leastScale: 1.0842022e-19, clamping: .calibratedRange, observations: 1, dynamicParameters: .asCalibrated,
      fusesDynamicBias: false, averages: .ofDistances, activations: [.u8, .s8], symmetricRanges: .anyRange,
      reduceRange: true),
    // float bias over f32(sx * sw), rne(fma(x, 1 / s, zp)), eps 2^-23, 6.1e-5 when dynamic; kernels clamp to 0...255.
    "fbgemm": Facts(
      biasType: .f32, biasRule: .float, scaling: .fused, division: .divide, requantization: .floatMultiplier,
      leastScale: 1.1920929e-07, clamping: .wholeType, observations: 2,
      dynamicParameters: .chooseQuantizationParams(leastScale: 6.1e-5), fusesDynamicBias: true,
      averages: .ofIntegersWhenGlobal, activations: [.u8],
      symmetricRanges: .wholeType, reduceRange: false),
    // int32 bias rne(b * (1 / (sw * sx))), a float multiplier; dynamic layers multiply, then add.
    "qnnpack": Facts(
      biasType: .s32, biasRule: .integer, scaling: .fused, division: .reciprocal, requantization: .floatMultiplier,
      leastScale: 1.1920929e-07, clamping: .wholeType, observations: 2,
      dynamicParameters: .chooseQuantizationParams(leastScale: 6.1e-5), fusesDynamicBias: false, averages: .ofDistances,
      activations: [.u8],
      symmetricRanges: .wholeType, reduceRange: false),
  ]

  init(_ profile: NumericProfile) {
    self.init(
      biasType: profile.biasType, biasRule: profile.biasRule, scaling: profile.scalingRule,
      division: profile.divisionRule, requantization: profile.requantizationRule, leastScale: profile.leastScale,
      clamping: profile.clampingRule, observations: profile.observationsOfFusedLayer,
      dynamicParameters: profile.dynamicParameterRule, fusesDynamicBias: profile.fusesDynamicBias,
      averages: profile.averageRule,
      activations: profile.activationTypes, symmetricRanges: profile.symmetricRangeRule,
      reduceRange: profile.allowsReduceRange)
  }

  init(
    biasType: DType, biasRule: BiasRule, scaling: ScalingRule, division: DivisionRule,
    requantization: RequantizationRule, leastScale: Float, clamping: ClampingRule, observations: Int,
    dynamicParameters: DynamicParameterRule, fusesDynamicBias: Bool, averages: AverageRule,
    activations: [DType],
    symmetricRanges: SymmetricRangeRule, reduceRange: Bool
  ) {
    self.biasType = biasType
    self.biasRule = biasRule
    self.scaling = scaling
    self.division = division
    self.requantization = requantization
    self.leastScale = leastScale
    self.clamping = clamping
    self.observations = observations
    self.dynamicParameters = dynamicParameters
    self.fusesDynamicBias = fusesDynamicBias
    self.averages = averages
    self.activations = activations
    self.symmetricRanges = symmetricRanges
    self.reduceRange = reduceRange
  }
}

@Suite struct NumericProfileTests {
  @Test func rulesAreThoseOfTheEngines() {
    #expect(NumericProfile.allCases == [.octavo, .fbgemm, .qnnpack])
    #expect(NumericProfile.allCases.map(\.name) == ["octavo", "fbgemm", "qnnpack"])
    for profile in NumericProfile.allCases { #expect(Facts(profile) == Facts.table[profile.name], "\(profile)") }
  }

  // Would catch rules written into a file, and a profile that comes back with another's.
  @Test(arguments: NumericProfile.allCases) func filesHoldTheNameAlone(_ profile: NumericProfile) throws {
    let json = try JSONEncoder().encode([profile])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(profile.name)\"]")
    #expect(try JSONDecoder().decode([NumericProfile].self, from: json) == [profile])
    #expect(NumericProfile(rawValue: profile.rawValue) == profile)
  }

  @Test(arguments: ["tflite", "Octavo", ""]) func anUnknownNameIsToldWithTheKnownOnes(_ name: String) throws {
    #expect(NumericProfile(rawValue: name) == nil)
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([NumericProfile].self, from: Data("[\"\(name)\"]".utf8))
    }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.debugDescription == "expected one of octavo, fbgemm, qnnpack; found '\(name)'")
  }

  // Would catch a larger floor than float32 needs, and a smaller one: the next scale's square is no normal float.
  @Test func theLeastScaleIsTheLeastWhoseProductsAreNormal() {
    let least = NumericProfile.octavo.leastScale
    #expect((least * least).isNormal)
    #expect(!(least.nextDown * least.nextDown).isNormal)
  }

  // With any bias and input, also those that no network has, the bias takes at most 2^30 steps and a little; with the
  // next smaller power of two it would not. Would catch a scale by the wrong channel, or one that is lowered.
  @Test(arguments: [NumericProfile.octavo, .qnnpack]) func aRaisedScaleLeavesRoomForItsBias(_ profile: NumericProfile) {
    let inputs: [Float] = [0x1p-63, 0x1p-23, 1e-3, 1, 1e4]
    for input in inputs {
      for bias in [1e-9, 1e-3, 1, -9, 50, -1e6] as [Float] {
        let raised = profile.raised([0x1p-63, 1e30], bias: [bias, bias], input: input)
        let steps = Requantization.integerBias(bias, input: input, weight: raised[0], rule: profile.divisionRule)
        #expect(abs(Double(steps)) <= 0x1p30 * 1.000001, "\(bias) \(input)")
        #expect(raised[0] == 0x1p-63 || abs(Double(steps)) > 0x1p29)
        #expect(raised[1] == 1e30)
        #expect(profile.raised([0x1p-63], bias: [0, bias, bias / 2], input: input) == [raised[0]])
      }
    }
    #expect(profile.raised([3], bias: nil, input: 0x1p-63) == [3])
    #expect(profile.raised([.nan, .nan], bias: [1, 1], input: 1).allSatisfy { $0.isNaN })
  }

  @Test func aFloatBiasNeedsNoRoom() {
    #expect(NumericProfile.fbgemm.raised([0x1p-23], bias: [1e6], input: 0x1p-23) == [0x1p-23])
  }

  // PyTorch's engines calibrate to 0...127 and clamp to 0...255.
  @Test func onlyOurOwnProfileClampsToTheCalibratedRange() throws {
    let parameters = try QuantizationParameters(scale: 1, zeroPoint: 3, range: IntegerRange(0, 127))
    #expect(
      NumericProfile.allCases.map { $0.clampRange(of: parameters, dtype: .u8) } == [
        IntegerRange(0, 127), IntegerRange(0, 255), IntegerRange(0, 255),
      ])
  }
}
