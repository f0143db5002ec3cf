import Quantization
import Tensors
import Testing

@Suite struct NumericProfileTests {
  @Test func profilesAreAsDocumented() {
    #expect(NumericProfile.allCases.map(\.biasType) == [.s32, .f32, .s32])
    #expect(NumericProfile.allCases.map(\.scalingRule) == [.divide, .fused, .fused])
    #expect(NumericProfile.allCases.map(\.divisionRule) == [.divide, .divide, .reciprocal])
    #expect(NumericProfile.allCases.map(\.leastScale) == [0x1p-63, 0x1p-23, 0x1p-23])
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
