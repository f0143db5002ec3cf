import Checkpoints
import Tensors
import Testing

@Suite struct CheckpointTests {
  private let checkpoint = Checkpoint(
    tensors: [
      "f": Tensor([2, 1], [1, 2] as [Float]),
      "s": Tensor([1], [-1] as [Int8]),
      "u": Tensor([1], [255] as [UInt8]),
      "i": Tensor([], [70_000] as [Int32]),
    ],
    metadata: ["stage": "train"])

  @Test func looksUpByNameTypeAndShape() throws {
    #expect(try checkpoint.tensor("f") == Tensor([2, 1], [1, 2] as [Float]))
    #expect(try checkpoint.tensor("s", dtype: .s8, shape: [1]).s8 == [-1])
    #expect(try checkpoint.f32("f", shape: [2, 1]) == [1, 2])
    #expect(try checkpoint.s8("s") == [-1])
    #expect(try checkpoint.u8("u") == [255])
    #expect(try checkpoint.s32("i", shape: []) == [70_000])
    #expect(try checkpoint.metadataValue("stage") == "train")
  }

  @Test func namesAMissingTensor() {
    #expect(throws: CheckpointError.missingTensor("g")) { try checkpoint.f32("g") }
    #expect(CheckpointError.missingTensor("g").description == "tensor 'g' is missing")
  }

  @Test func namesMissingMetadata() {
    #expect(throws: CheckpointError.missingMetadata("seed")) { try checkpoint.metadataValue("seed") }
    #expect(CheckpointError.missingMetadata("seed").description == "metadata key 'seed' is missing")
  }

  @Test func namesAWrongDType() {
    let error = CheckpointError.wrongDType("f", expected: .s8, found: .f32)
    #expect(throws: error) { try checkpoint.s8("f") }
    #expect(error.description == "tensor 'f': expected dtype s8, found f32")
  }

  @Test func namesAWrongShape() {
    let error = CheckpointError.wrongShape("f", expected: [1, 2], found: [2, 1])
    #expect(throws: error) { try checkpoint.f32("f", shape: [1, 2]) }
    #expect(error.description == "tensor 'f': expected shape [1, 2], found [2, 1]")
  }
}
