import Tensors
import Testing

@Suite struct DTypeTests {
  @Test func typesHaveTheSizesOfTheirNames() {
    #expect(DType.allCases.map(\.byteCount) == [4, 1, 1, 4])
    #expect(DType.allCases.map(\.rawValue) == ["f32", "s8", "u8", "s32"])
  }
}
