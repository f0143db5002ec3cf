import Checkpoints
import Files
import TestSupport
import Tensors
import Testing

/// Half floats widened, narrowed and written. `StoredDTypeTests` holds single values to IEEE 754.
@Suite struct HalfFloatTests {
  private func widen(_ bits: [UInt16], _ half: HalfFloat) -> [Float] {
    [Float](unsafeUninitializedCapacity: bits.count) { floats, count in
      bits.withUnsafeBytes { half.widen($0, into: UnsafeMutableBufferPointer(rebasing: floats[..<bits.count])) }
      count = bits.count
    }
  }

  private func narrow(_ floats: [Float], _ half: HalfFloat) -> [UInt16] {
    var bits = [UInt16](repeating: 0, count: floats.count)
    floats.withUnsafeBufferPointer { floats in bits.withUnsafeMutableBytes { half.narrow(floats, into: $0) } }
    return bits
  }

  @Test(arguments: HalfFloat.allCases) func allThatIsANumberComesBack(_ half: HalfFloat) {
    let bits = (UInt16.min...UInt16.max).filter { !widen([$0], half)[0].isNaN }
    #expect(bits.count == (half == .f16 ? 65_536 - 2 * 1023 : 65_536 - 2 * 127))
    #expect(narrow(widen(bits, half), half) == bits)
  }

  @Test func everyBinary16IsTheLanguagesOwn() {
    let all = Array(UInt16.min...UInt16.max)
    for (bits, found) in zip(all, widen(all, .f16)) {
      let value = Float(Float16(bitPattern: bits))
      if found.bitPattern != value.bitPattern, !(found.isNaN && value.isNaN) { Issue.record("\(bits): \(found)") }
    }
  }

  @Test func floatsAreRoundedAsTheLanguageRounds() {
    var generator = SeededGenerator(seed: 16)
    // Of every exponent some; around each binary16 and each middle of two.
    var floats = (0..<200_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
    floats += (0..<200_000).map { _ in
      Float(generator.uniform(-1, 1)) * Float(sign: .plus, exponent: generator.below(44) - 27, significand: 1)
    }
    for bits in UInt16.min..<0x7C00 {
      let (value, next) = (Float(Float16(bitPattern: bits)), Float(Float16(bitPattern: bits + 1)))
      let middle = next.isFinite ? (value + next) / 2 : 65520
      floats += [value, value.nextUp, middle.nextDown, middle, middle.nextUp, -middle]
    }
    for (float, found) in zip(floats, narrow(floats, .f16)) {
      let value = Float16(float)
      if found != value.bitPattern, !(value.isNaN && Float16(bitPattern: found).isNaN) {
        Issue.record("\(float): \(found), not \(value.bitPattern)")
      }
    }
  }

  @Test(arguments: HalfFloat.allCases) func aNaNStaysOne(_ half: HalfFloat) {
    let payloads: [UInt32] = [0x7FC0_0000, 0xFFC0_0000, 0x7F80_0001, 0x7FFF_FFFF, 0xFFFF_FFFF]
    #expect(widen(narrow(payloads.map(Float.init(bitPattern:)), half), half).allSatisfy { $0.isNaN })
  }

  /// Between 1 and the next of bfloat16, 1 + 2^-7: the middle goes to the even one, 1; beyond it, to the upper.
  @Test func theNearestIsTaken() {
    let floats: [Float] = [0x1.00FFFEp0, 0x1.01p0, 0x1.010002p0, 0x1.03p0, .greatestFiniteMagnitude, -0x1.010002p0]
    #expect(narrow(floats, .bf16) == [0x3F80, 0x3F80, 0x3F81, 0x3F82, 0x7F80, 0xBF81])
    #expect(narrow([0x1.002p0, 0x1.006p0, 65520, 65519], .f16) == [0x3C00, 0x3C02, 0x7C00, 0x7BFF])
  }

  @Test func theyAreWrittenAsTheyAreDeclared() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    let declarations = [
      TensorDeclaration("b", .bf16, [2]), TensorDeclaration("h", .f16, [1, 1]), TensorDeclaration("f", .f32, [1]),
      TensorDeclaration("u", .u8, [1]),
    ]
    let data: [String: [UInt8]] = ["b": [0x80, 0x3F, 0, 0xC0], "h": [0, 0x3C], "f": [0, 0, 0x20, 0xC0], "u": [7]]
    var writer = try CheckpointWriter(path, declaring: declarations)
    #expect(writer.order.map(\.name) == ["f", "b", "h", "u"])
    for tensor in writer.order {
      try data[tensor.name, default: []].withUnsafeBytes { try writer.append($0, to: tensor.name) }
    }
    _ = try writer.finish()
    let text =
      #"{"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},"f":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""h":{"dtype":"F16","shape":[1,1],"data_offsets":[8,10]},"#
      + #""u":{"dtype":"U8","shape":[1],"data_offsets":[10,11]}}"#
    let padding = String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)
    #expect(
      try WholeFile.read(path) == file(text + padding, data: ["f", "b", "h", "u"].flatMap { data[$0, default: []] }))
    let checkpoint = try Safetensors.decode(FileBytes(of: path))
    #expect(try checkpoint.f32("b") == [1, -2] && checkpoint.f32("h") == [1] && checkpoint.f32("f") == [-2.5])
    #expect(
      checkpoint.view("b")?.half == .bf16 && checkpoint.view("h")?.half == .f16 && checkpoint.view("f")?.half == nil)
  }

  @Test func aWholeTensorOfFloatsIsNoneOfHalves() throws {
    let folder = try TemporaryFolder()
    var writer = try CheckpointWriter(folder.path("a"), declaring: [TensorDeclaration("h", .f16, [2])])
    #expect(throws: SafetensorsError.dataNotAsDeclared(tensor: "h", expected: 4, found: 8)) {
      try writer.append(Tensor([2], [1, 2] as [Float]), as: "h")
    }
  }

  @Test func partsOfATensorAreRead() throws {
    let header =
      #"{"f":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"#
      + #""h":{"dtype":"F16","shape":[2,2],"data_offsets":[16,24]}}"#
    let values: [Float] = [1, -2, 0.5, 3]
    let bytes = file(
      header, data: values.withUnsafeBytes(Array.init) + narrow(values, .f16).withUnsafeBytes(Array.init))
    let folder = try TemporaryFolder()
    try WholeFile.write(bytes, to: folder.path("a"))
    let checkpoint = try Safetensors.decode(FileBytes(of: folder.path("a")))
    for name in ["f", "h"] {
      let view = try #require(checkpoint.view(name))
      for first in 0..<4 {
        for end in first...4 {
          let read = [Float](unsafeUninitializedCapacity: end - first) { floats, count in
            view.read(first..<end, into: UnsafeMutableBufferPointer(rebasing: floats[..<(end - first)]))
            count = end - first
          }
          #expect(read == Array(values[first..<end]))
          view.letGo(first..<end)
        }
      }
    }
  }
}
