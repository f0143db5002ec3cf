import Checkpoints
import Files
import Foundation
import TestSupport
import Tensors
import Testing

/// Tensors that stay in their file until they are asked for.
@Suite struct TensorViewTests {
  private let folder: TemporaryFolder
  private let path: String
  /// The file's bytes: an F16 tensor, a BF16 one, and an F32 one, which half floats push off its alignment.
  private static let bytes = file(
    #"{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]},"#
      + #""f":{"dtype":"F32","shape":[1,1],"data_offsets":[6,10]},"#
      + #""i":{"dtype":"I64","shape":[1],"data_offsets":[10,18]}}"#,
    data: [0x00, 0x3C, 0x00, 0xC0, 0x80, 0x3F, 0x00, 0x00, 0x20, 0xC0] + [UInt8](repeating: 0, count: 8))

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("a.safetensors")
    try Data(Self.bytes).write(to: URL(fileURLWithPath: path))
  }

  private func checkpoint() throws -> Checkpoint { try Safetensors.decode(FileBytes(of: path)) }

  @Test func halfFloatsAreWidenedWhenTheyAreRead() throws {
    let checkpoint = try checkpoint()
    #expect(try checkpoint.tensor("h") == Tensor([2], [1, -2] as [Float]))
    #expect(try checkpoint.tensor("b") == Tensor([1], [1] as [Float]))
    #expect(try checkpoint.tensor("f", dtype: .f32, shape: [1, 1]) == Tensor([1, 1], [-2.5] as [Float]))
    #expect(try checkpoint == Safetensors.decode(Self.bytes))
    #expect(checkpoint.foreign == ["i": ForeignTensor(dtype: "I64", shape: [1])])
  }

  @Test func aViewIsTheFilesOwnBytes() throws {
    let view = try #require(try checkpoint().view("h"))
    #expect(view.dtype == .f32 && view.shape == [2])
    #expect(view.withUnsafeBytes { [UInt8]($0) } == [0x00, 0x3C, 0x00, 0xC0])
    #expect(view.tensor == Tensor([2], [1, -2] as [Float]))
    #expect(try checkpoint().view("i") == nil && checkpoint().view("none") == nil)
  }

  @Test func nothingIsReadBeforeItIsAskedFor() throws {
    let checkpoint = try checkpoint()
    // A change in place, which no program of ours makes, shows when a tensor is read: now, and anew each time.
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    for (bytes, value) in [([0x00, 0x38], 0.5), ([0x00, 0xC0], -2)] as [([UInt8], Float)] {
      try handle.seek(toOffset: UInt64(Self.bytes.count - 18))
      try handle.write(contentsOf: Data(bytes))
      #expect(try checkpoint.f32("h") == [value, -2])
    }
  }

  @Test func aTensorOutlivesItsCheckpointAndItsFile() throws {
    let view = try #require(try checkpoint().view("f"))
    try FileManager.default.removeItem(atPath: path)
    #expect(view.tensor.f32 == [-2.5])
  }

  @Test func aTensorThatDoesNotFitIsNamed() throws {
    let checkpoint = try checkpoint()
    #expect(throws: CheckpointError.wrongDType("h", expected: .s8, found: .f32)) { try checkpoint.s8("h") }
    #expect(throws: CheckpointError.wrongShape("h", expected: [4], found: [2])) { try checkpoint.f32("h", shape: [4]) }
    #expect(throws: CheckpointError.foreignTensor("i", ForeignTensor(dtype: "I64", shape: [1]))) {
      try checkpoint.tensor("i")
    }
    #expect(throws: CheckpointError.missingTensor("none")) { try checkpoint.tensor("none") }
  }

  @Test func aChangedTensorIsItsOwn() throws {
    var checkpoint = try checkpoint()
    checkpoint.tensors["h"] = Tensor([1], [9] as [Int8])
    checkpoint.tensors["b"] = nil
    #expect(try checkpoint.s8("h") == [9])
    #expect(Set(checkpoint.declarations.map(\.name)) == ["h", "f"])
    #expect(try checkpoint.f32("f") == [-2.5])
    #expect(try self.checkpoint().f32("h") == [1, -2])
  }

  @Test func aDamagedFileIsRefusedAsItsBytesAre() throws {
    for count in [0, 7, 8, Self.bytes.count - 1] {
      try Data(Self.bytes.prefix(count)).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: SafetensorsError.self) { try checkpoint() }
      let other = #expect(throws: SafetensorsError.self) { try Safetensors.decode(Array(Self.bytes.prefix(count))) }
      #expect(error == other)
    }
  }

  /// 2 GiB of data, all but the header a hole, of which one tensor at the very end is read.
  @Test func aLargeFileCostsOnlyWhatIsUsedOfIt() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let path = folder.path("large.safetensors")
      let (rows, width, limit) = (500, 1 << 20, 50 << 20)
      let end = 4 * rows * width
      var entries = (0..<rows).map { row in
        let offsets = "[\(4 * row * width),\(4 * (row + 1) * width)]"
        return "\"r\(row)\":{\"dtype\":\"F32\",\"shape\":[\(width)],\"data_offsets\":\(offsets)}"
      }
      entries.append(
        "\"half\":{\"dtype\":\"BF16\",\"shape\":[\(25 * width)],\"data_offsets\":[\(end),\(end + 50 * width)]}")
      let start = file("{\(entries.joined(separator: ","))}")
      try Data(start).write(to: URL(fileURLWithPath: path))
      let size = start.count + end + 50 * width
      #expect(size > 2_000_000_000)
      #expect(truncate(path, size) == 0)
      let before = try residentBytes("VmRSS")
      let checkpoint = try Safetensors.decode(FileBytes(of: path))
      #expect(checkpoint.declarations.count == rows + 1)
      #expect(try checkpoint.f32("r499", shape: [width]).allSatisfy { $0 == 0 })
      #expect(try residentBytes("VmHWM") - before < limit)
    }
  }
}
