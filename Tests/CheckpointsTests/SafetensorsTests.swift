import Checkpoints
import Foundation
import Tensors
import Testing

@Suite struct SafetensorsTests {
  // MARK: Round trips

  @Test func roundTripsEveryDTypeAndShape() throws {
    let bytes = try Safetensors.encode(sample)
    #expect(try Safetensors.decode(bytes) == sample)
    #expect(try Safetensors.encode(try Safetensors.decode(bytes)) == bytes)
  }

  @Test func roundTripsNothing() throws {
    let bytes = try Safetensors.encode(Checkpoint())
    #expect(bytes == file("{}      "))
    #expect(try Safetensors.decode(bytes) == Checkpoint())
    #expect(try Safetensors.decode(file("{}")) == Checkpoint())
    #expect(try Safetensors.decode(file(#"{"__metadata__":{}}"#)) == Checkpoint())
  }

  @Test func keepsEveryNaN() throws {
    let patterns: [UInt32] = [0x7FC0_0000, 0x7F80_0001, 0xFFFF_FFFF, 0x8000_0000]
    let checkpoint = Checkpoint(tensors: ["a": Tensor([4], patterns.map(Float.init(bitPattern:)))])
    let decoded = try Safetensors.decode(try Safetensors.encode(checkpoint))
    #expect(try decoded.f32("a").map(\.bitPattern) == patterns)
  }

  // MARK: Golden bytes

  // Composed by hand from the format's description and read with the Python library safetensors 0.8.0.
  private let goldenHeader =
    #"{"__metadata__":{"format":"octavo","seed":"1"},"#
    + #""a":{"dtype":"I8","shape":[3],"data_offsets":[12,15]},"#
    + #""b":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"#
    + #""c":{"dtype":"I32","shape":[],"data_offsets":[8,12]},"#
    + #""d":{"dtype":"U8","shape":[0],"data_offsets":[15,15]}}"# + " "
  private let goldenData: [UInt8] = [
    0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x20, 0xC0,  // b: 1, -2.5
    0xFE, 0xFF, 0xFF, 0xFF,  // c: -2
    0x80, 0x00, 0x7F,  // a: -128, 0, 127
  ]
  private let goldenCheckpoint = Checkpoint(
    tensors: [
      "a": Tensor([3], [-128, 0, 127] as [Int8]), "b": Tensor([1, 2], [1, -2.5] as [Float]),
      "c": Tensor([], [-2] as [Int32]), "d": Tensor([0], [] as [UInt8]),
    ],
    metadata: ["seed": "1", "format": "octavo"])

  @Test func writesTheGoldenBytes() throws {
    #expect(goldenHeader.utf8.count.isMultiple(of: 8))
    #expect(try Safetensors.encode(goldenCheckpoint) == file(goldenHeader, data: goldenData))
  }

  @Test func readsTheGoldenBytes() throws {
    #expect(try Safetensors.decode(file(goldenHeader, data: goldenData)) == goldenCheckpoint)
  }

  @Test func writesTheSameBytesWhateverTheOrderOfInsertion() throws {
    let names = (0..<100).map { "tensor \($0)" }
    var forward = Checkpoint()
    var backward = Checkpoint()
    for name in names { forward.tensors[name] = Tensor([1], [UInt8(name.utf8.count)]) }
    for name in names.reversed() { backward.tensors[name] = Tensor([1], [UInt8(name.utf8.count)]) }
    for name in names { forward.metadata[name] = name }
    for name in names.reversed() { backward.metadata[name] = name }
    #expect(try Safetensors.encode(forward) == Safetensors.encode(backward))
  }

  // MARK: What a header may look like

  @Test func readsKeysInAnyOrderWithWhitespaceAndTrailingSpaces() throws {
    let text = """
      { "b" : { "data_offsets" : [ 2 , 4 ] , "shape" : [ 2 ] , "dtype" : "I8" } ,
      \t"a" : { "shape" : [ ] , "dtype" : "U8" , "data_offsets" : [ 1 , 2 ] } ,\r
        "\\u0063" : { "shape" : [ 1 ] , "dtype" : "U8" , "data_offsets" : [ 0 , 1 ] } ,
        "__metadata__" : { "k" : "v" } }
      """
    let checkpoint = try Safetensors.decode(file(text + "     ", data: [9, 8, 7, 255]))
    #expect(
      checkpoint.tensors == [
        "a": Tensor([], [8] as [UInt8]), "b": Tensor([2], [7, -1] as [Int8]),
        "c": Tensor([1], [9] as [UInt8]),
      ])
    #expect(checkpoint.metadata == ["k": "v"])
  }

  @Test func readsDataAtAnyAlignment() throws {
    let text = header(dtype: "F32", offsets: "[0,8]")
    for padding in 0..<8 {
      let bytes = file(text + String(repeating: " ", count: padding), data: goldenData.dropLast(7))
      #expect(try Safetensors.decode(bytes).f32("a") == [1, -2.5])
    }
  }

  @Test func readsEmptyTensorsBetweenOthers() throws {
    let text =
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[0],"data_offsets":[1,1]},"#
      + #""c":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"d":{"dtype":"I8","shape":[0,9],"data_offsets":[2,2]}}"#
    let checkpoint = try Safetensors.decode(file(text, data: [1, 2]))
    #expect(checkpoint.tensors.count == 4)
    #expect(try checkpoint.u8("c") == [2])
    #expect(try checkpoint.s8("d", shape: [0, 9]).isEmpty)
  }

  // MARK: A file made elsewhere

  private static let reference = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/golden/float.safetensors").standardizedFileURL

  @Test(
    .enabled("the reference checkpoint shared/golden/float.safetensors is not beside the package") {
      FileManager.default.fileExists(atPath: reference.path)
    })
  func readsAFileOfTheReferenceLibrary() throws {
    let bytes = [UInt8](try Data(contentsOf: Self.reference))
    let checkpoint = try Safetensors.decode(bytes)
    let shapes: [String: Shape] = [
      "conv1.weight": [16, 1, 3, 3], "conv1.bias": [16], "conv2.weight": [32, 16, 3, 3], "conv2.bias": [32],
      "fc1.weight": [128, 6272], "fc1.bias": [128], "fc2.weight": [10, 128], "fc2.bias": [10],
    ]
    #expect(checkpoint.tensors.mapValues(\.shape) == shapes)
    #expect(checkpoint.tensors.values.allSatisfy { $0.dtype == .f32 })
    #expect(checkpoint.metadata.isEmpty)
    #expect(try Safetensors.decode(try Safetensors.encode(checkpoint)) == checkpoint)
  }
}
