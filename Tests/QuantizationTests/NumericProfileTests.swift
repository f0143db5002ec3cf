import Quantization
import Tensors
import Testing

@Suite struct NumericProfileTests {
  @Test func profilesAreAsDocumented() {
    #expect(NumericProfile.allCases.map(\.biasType) == [.s32, .f32, .s32])
    #expect(NumericProfile.allCases.map(\.scalingRule) == [.divide, .reciprocal, .reciprocal])
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
