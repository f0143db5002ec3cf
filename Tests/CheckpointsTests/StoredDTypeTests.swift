import Checkpoints
import Tensors
import Testing

/// Every element type of the format: bytes of four elements by its specification, and what is read of them.
@Suite struct StoredDTypeTests {
  static let foreign = [
    ("BOOL", 4), ("F4", 2), ("F6_E2M3", 3), ("F6_E3M2", 3), ("F8_E5M2", 4), ("F8_E4M3", 4), ("F8_E8M0", 4),
    ("F8_E4M3FNUZ", 4), ("F8_E5M2FNUZ", 4), ("I16", 8), ("U16", 8), ("U32", 16), ("C64", 32), ("F64", 32),
    ("I64", 32), ("U64", 32),
  ]
  static let held = [("F32", 16), ("I8", 4), ("U8", 4), ("I32", 16), ("F16", 8), ("BF16", 8)]

  private func bytes(_ dtype: String, _ count: Int) -> [UInt8] {
    file(header(dtype: dtype, shape: "[2,2]", offsets: "[0,\(count)]"), data: [UInt8](repeating: 1, count: count))
  }

  @Test(arguments: foreign)
  func aForeignTensorIsKeptByTypeAndShape(_ dtype: String, _ count: Int) throws {
    let checkpoint = try Safetensors.decode(bytes(dtype, count))
    #expect(checkpoint.tensors.isEmpty)
    #expect(checkpoint.foreign == ["a": ForeignTensor(dtype: dtype, shape: [2, 2])])
    let line = "tensor 'a': expected f32, s8, u8 or s32, found \(dtype) [2, 2]"
    let error = #expect(throws: CheckpointError.self) { try checkpoint.f32("a") }
    #expect(error?.description == line)
  }

  @Test(arguments: held)
  func aTensorThatIsHeldIsNotForeign(_ dtype: String, _ count: Int) throws {
    let checkpoint = try Safetensors.decode(bytes(dtype, count))
    #expect(checkpoint.foreign.isEmpty)
    #expect(checkpoint.tensors["a"]?.shape == [2, 2])
  }

  @Test(arguments: foreign + held)
  func aSizeIsHeldForEveryType(_ dtype: String, _ count: Int) {
    for wrong in [count - 1, count + 1] {
      #expect(
        throws: SafetensorsError.sizeMismatch(
          tensor: "a", dtype: dtype, shape: [2, 2], expected: count, found: wrong)
      ) { try Safetensors.decode(bytes(dtype, wrong)) }
    }
  }

  /// The values that IEEE 754 and bfloat16's definition give those bits.
  @Test(
    arguments: [
      (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x3555, 0.333251953125), (0x7BFF, 65504), (0x0001, 0x1p-24),
      (0x03FF, 0x3FFp-24), (0x0400, 0x1p-14), (0x7C00, .infinity), (0xFC00, -.infinity),
    ] as [(UInt16, Float)])
  func halfFloatsAreWidenedExactly(_ bits: UInt16, _ value: Float) throws {
    #expect(try widened("F16", bits) == value)
  }

  @Test(
    arguments: [
      (0x3F80, 1), (0xC000, -2), (0x3EAB, 0x1.56p-2), (0x7F7F, 0x1.FEp127), (0x0001, 0x1p-133), (0x7F80, .infinity),
    ] as [(UInt16, Float)])
  func brainFloatsAreWidenedExactly(_ bits: UInt16, _ value: Float) throws {
    #expect(try widened("BF16", bits) == value)
  }

  @Test func aNaNStaysOne() throws {
    #expect(try widened("F16", 0x7E00).isNaN)
    #expect(try widened("BF16", 0x7FC0).isNaN)
  }

  @Test func theSignOfZeroStays() throws {
    #expect(try widened("F16", 0x8000).sign == .minus)
    #expect(try widened("BF16", 0x8000).sign == .minus)
  }

  private func widened(_ dtype: String, _ bits: UInt16) throws -> Float {
    let bytes = file(
      header(dtype: dtype, shape: "[1]", offsets: "[0,2]"), data: [UInt8(bits & 0xFF), UInt8(bits >> 8)])
    return try #require(try Safetensors.decode(bytes).f32("a").first)
  }
}
