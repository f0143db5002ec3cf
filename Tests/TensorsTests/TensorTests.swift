import Tensors
import Testing

@Suite struct TensorTests {
  // Would catch a type that reads as another: a file's s8 must never be taken for u8.
  @Test func elementsReadAsTheirOwnTypeOnly() {
    let tensors = [
      Tensor([2], [1, 2] as [Float]), Tensor([2], [1, 2] as [Int8]), Tensor([2], [1, 2] as [UInt8]),
      Tensor([2], [1, 2] as [Int32]),
    ]
    #expect(tensors.map(\.dtype) == [.f32, .s8, .u8, .s32])
    #expect(tensors.map { $0.f32 == [1, 2] } == [true, false, false, false])
    #expect(tensors.map { $0.s8 == [1, 2] } == [false, true, false, false])
    #expect(tensors.map { $0.u8 == [1, 2] } == [false, false, true, false])
    #expect(tensors.map { $0.s32 == [1, 2] } == [false, false, false, true])
    #expect(tensors[1] != tensors[2])
  }

  @Test func aTensorIsItsShapeAndItsElements() {
    let tensor = Tensor([1, 2], [1, 2] as [Float])
    #expect(tensor == Tensor(shape: [1, 2], storage: .f32([1, 2])))
    #expect(tensor != Tensor([2, 1], [1, 2] as [Float]))
    #expect(tensor != Tensor([1, 2], [1, 3] as [Float]))
    #expect(Tensor([], [5] as [Int32]).shape.rank == 0)
  }
}
