import Kernels
import Testing

@Suite struct AlignedBufferTests {
  // Would catch memory that is merely allocated, aligned to 16 bytes or short of the slack.
  @Test(arguments: [0, 1, 3, 64, 1001]) func isAlignedAndZeroWithSlack(_ count: Int) {
    let buffer = AlignedBuffer<UInt8>(count: count)
    #expect(buffer.count == count)
    #expect(buffer.buffer.count == count)
    #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
    #expect(UnsafeBufferPointer(start: buffer.pointer, count: count + 64).allSatisfy { $0 == 0 })
  }

  // Would catch a copy counted in bytes instead of elements.
  @Test func copiesACollection() {
    let buffer = AlignedBuffer<Int32>([1, -2, 3])
    #expect(Array(buffer.buffer) == [1, -2, 3])
  }
}
