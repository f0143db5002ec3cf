import Checkpoints
import Files
import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct CheckpointWriterTests {
  private let folder: TemporaryFolder
  private let path: String
  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("a.safetensors")
  }

  private static let declarations = [
    TensorDeclaration("a", .s8, [3]), TensorDeclaration("b", .f32, [1, 2]), TensorDeclaration("c", .s32, []),
    TensorDeclaration("d", .u8, [0]),
  ]
  private static let metadata = ["seed": "1", "format": "octavo"]
  /// The elements by name, as in the golden bytes of `SafetensorsTests`.
  private static let elements: [String: [UInt8]] = [
    "b": [0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x20, 0xC0], "c": [0xFE, 0xFF, 0xFF, 0xFF], "a": [0x80, 0x00, 0x7F],
    "d": [],
  ]
  /// The file, built by hand: metadata, then names in order; wider elements first.
  private static let bytes = file(
    #"{"__metadata__":{"format":"octavo","seed":"1"},"#
      + #""a":{"dtype":"I8","shape":[3],"data_offsets":[12,15]},"#
      + #""b":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"#
      + #""c":{"dtype":"I32","shape":[],"data_offsets":[8,12]},"#
      + #""d":{"dtype":"U8","shape":[0],"data_offsets":[15,15]}} "#,
    data: elements["b", default: []] + elements["c", default: []] + elements["a", default: []])

  private func writer() throws -> CheckpointWriter {
    try CheckpointWriter(path, declaring: Self.declarations, metadata: Self.metadata)
  }

  private func append(_ bytes: [UInt8], _ name: String, to writer: inout CheckpointWriter) throws {
    try bytes.withUnsafeBytes { try writer.append($0, to: name) }
  }

  @Test(arguments: [1, 2, 3, 100]) func piecesOfAnySizeAreTheFile(_ size: Int) throws {
    var writer = try writer()
    #expect(writer.order.map(\.name) == ["b", "c", "a", "d"])
    for tensor in writer.order {
      let bytes = Self.elements[tensor.name]!
      for start in stride(from: 0, to: bytes.count, by: size) {
        try append(Array(bytes[start..<min(start + size, bytes.count)]), tensor.name, to: &writer)
      }
    }
    let digest = try writer.finish()
    #expect(try WholeFile.read(path) == Self.bytes)
    #expect(digest == FileDigest(bytes: Self.bytes.count, sha256: SHA256Digest.hex(of: Self.bytes)))
    #expect(try folder.files() == ["a.safetensors"])
  }

  @Test func theOrderOfDeclarationsIsNoMatter() throws {
    var writer = try CheckpointWriter(path, declaring: Self.declarations.reversed(), metadata: Self.metadata)
    for tensor in writer.order { try append(Self.elements[tensor.name]!, tensor.name, to: &writer) }
    _ = try writer.finish()
    #expect(try WholeFile.read(path) == Self.bytes)
  }

  @Test func aCheckpointsFileIsItsEncodedBytes() throws {
    let digest = try sample.write(to: path)
    let bytes = try WholeFile.read(path)
    #expect(bytes == (try Safetensors.encode(sample)))
    #expect(digest == FileDigest(bytes: bytes.count, sha256: SHA256Digest.hex(of: bytes)))
    // From one file to another, tensor after tensor.
    let copy = folder.path("b.safetensors")
    #expect(try Safetensors.decode(FileBytes(of: path)).write(to: copy) == digest)
    #expect(try WholeFile.read(copy) == bytes)
  }

  // MARK: Files that are gone on with

  @Test func aFileIsGoneOnWithFromEachTensor() throws {
    for whole in 0...4 {
      var first = try CheckpointWriter(
        into: FileWriter(resumable: path), declaring: Self.declarations, metadata: Self.metadata)
      let order = first.order.map(\.name)
      for name in order[..<whole] { try append(Self.elements[name]!, name, to: &first) }
      #expect(first.wholeCount == whole)
      let (mark, bytes) = (first.mark, try WholeFile.read(FileWriter.partialPath(of: path)))
      _ = consume first
      try WholeFile.write(bytes + [1], to: FileWriter.partialPath(of: path))
      var second = try CheckpointWriter(
        into: FileWriter(resuming: path, at: mark), declaring: Self.declarations, metadata: Self.metadata)
      // The last one is empty: with those before it, it is whole.
      #expect(second.wholeCount == (whole == 3 ? 4 : whole))
      for name in order[second.wholeCount...] { try append(Self.elements[name]!, name, to: &second) }
      _ = try second.finish()
      #expect(try WholeFile.read(path) == Self.bytes)
      #expect(try folder.files() == ["a.safetensors"])
    }
  }

  // A mark within a tensor or the header, and a header that says something else.
  @Test(arguments: [(nil, "2"), (5, "1"), (100, "1"), (-3, "1")] as [(Int?, String)])
  func whatIsNoStartOfThisCheckpointIsTakenBack(_ cut: Int?, _ seed: String) throws {
    let count = cut.map { $0 < 0 ? Self.bytes.count + $0 - 1 : $0 } ?? Self.bytes.count
    let start = Array(Self.bytes[..<count])
    try WholeFile.write(start, to: FileWriter.partialPath(of: path))
    let mark = FileDigest(bytes: count, sha256: SHA256Digest.hex(of: start))
    var metadata = Self.metadata
    metadata["seed"] = seed
    var writer = try CheckpointWriter(
      into: FileWriter(resuming: path, at: mark), declaring: Self.declarations, metadata: metadata)
    #expect(writer.wholeCount == 0)
    for tensor in writer.order { try append(Self.elements[tensor.name]!, tensor.name, to: &writer) }
    let digest = try writer.finish()
    let text = String(decoding: Self.bytes, as: Unicode.ASCII.self)
    let bytes = try WholeFile.read(path)
    #expect(digest == FileDigest(bytes: bytes.count, sha256: SHA256Digest.hex(of: bytes)))
    #expect(
      String(decoding: bytes, as: Unicode.ASCII.self) == text.replacing(#""seed":"1""#, with: "\"seed\":\"\(seed)\""))
  }

  // MARK: Too much, too little, out of turn

  @Test(arguments: [[9], [8, 1], [4, 4, 1]]) func aByteTooManyIsRefused(_ counts: [Int]) throws {
    do {
      var writer = try writer()
      for count in counts.dropLast() { try append([UInt8](repeating: 0, count: count), "b", to: &writer) }
      let last = [UInt8](repeating: 0, count: counts[counts.count - 1])
      let error = failure { try append(last, "b", to: &writer) }
      #expect(error == .dataNotAsDeclared(tensor: "b", expected: 8, found: 9))
      #expect(error?.description == "tensor 'b': 8 bytes were declared, 9 are written")
    }
    #expect(try folder.files() == [])
  }

  @Test(
    arguments: [([], "b", 0), ([], "b", 7), (["b", "c"], "a", 0), (["b", "c"], "a", 2)] as [([String], String, Int)])
  func aByteTooFewIsRefusedAndLeavesNothing(_ complete: [String], _ due: String, _ count: Int) throws {
    try folder.write("old", to: "a.safetensors")
    var writer = try writer()
    for name in complete { try append(Self.elements[name]!, name, to: &writer) }
    if count > 0 { try append([UInt8](repeating: 0, count: count), due, to: &writer) }
    let expected = due == "b" ? 8 : 3
    do {
      _ = try writer.finish()
      Issue.record("a file without its last bytes was finished")
    } catch {
      #expect(error as? SafetensorsError == .dataNotAsDeclared(tensor: due, expected: expected, found: count))
    }
    #expect(try folder.files() == ["a.safetensors"])
    #expect(try folder.text("a.safetensors") == "old")
  }

  @Test func dataOutOfTurnAreRefused() throws {
    var writer = try writer()
    #expect(
      failure { try append([0], "c", to: &writer) } == .dataOutOfTurn(tensor: "c", expected: "b"))
    try append([0], "b", to: &writer)
    #expect(failure { try append([0], "c", to: &writer) } == .dataOutOfTurn(tensor: "c", expected: "b"))
    #expect(failure { try append([0], "none", to: &writer) } == .dataOutOfTurn(tensor: "none", expected: "b"))
    // What was refused was not written.
    try append(Array(Self.elements["b"]!.dropFirst()), "b", to: &writer)
    for name in ["c", "a"] { try append(Self.elements[name]!, name, to: &writer) }
    #expect(failure { try append([0], "b", to: &writer) } == .dataOutOfTurn(tensor: "b", expected: nil))
    _ = try writer.finish()
    #expect(try WholeFile.read(path) == Self.bytes)
    #expect(
      SafetensorsError.dataOutOfTurn(tensor: "c", expected: "b").description
        == "tensor 'c': written where 'b' is due")
    #expect(
      SafetensorsError.dataOutOfTurn(tensor: "b", expected: nil).description
        == "tensor 'b': written where the file's end is due")
  }

  @Test func aTensorOfAnotherKindIsRefused() throws {
    var writer = try writer()
    for (tensor, error) in [
      (Tensor([1, 2], [0, 0] as [Int32]), CheckpointError.wrongDType("b", expected: .f32, found: .s32)),
      (Tensor([2], [0, 0] as [Float]), CheckpointError.wrongShape("b", expected: [1, 2], found: [2])),
    ] {
      do {
        try writer.append(tensor, as: "b")
        Issue.record("\(error) was not found")
      } catch let found {
        #expect(found as? CheckpointError == error)
      }
    }
    try writer.append(Tensor([1, 2], [1, -2.5] as [Float]), as: "b")
    try writer.append(Tensor([], [-2] as [Int32]), as: "c")
    try writer.append(Tensor([3], [-128, 0, 127] as [Int8]), as: "a")
    _ = try writer.finish()
    #expect(try WholeFile.read(path) == Self.bytes)
  }

  // MARK: Writers that come to nothing, and several

  @Test func anAbandonedWriterLeavesNothing() throws {
    do {
      var writer = try writer()
      try append(Self.elements["b"]!, "b", to: &writer)
      #expect(try folder.files().count == 1)
    }
    #expect(try folder.files() == [])
  }

  @Test func whatTheFormatDoesNotHaveIsRefusedBeforeThereIsAFile() throws {
    let refused: [([TensorDeclaration], SafetensorsError)] = [
      ([TensorDeclaration("__metadata__", .u8, [])], .reservedName("__metadata__")),
      ([TensorDeclaration("a", .u8, []), TensorDeclaration("a", .f32, [])], .duplicateKey("a", object: "header")),
      ([TensorDeclaration("a", .f32, [1 << 61])], .shapeOverflow(tensor: "a", shape: [1 << 61])),
      ([TensorDeclaration("a", .u8, [.max, 2, 0])], .shapeOverflow(tensor: "a", shape: [.max, 2, 0])),
      (
        [TensorDeclaration("a", .u8, [.max]), TensorDeclaration("b", .u8, [1])],
        .shapeOverflow(tensor: "b", shape: [1])
      ),
    ]
    for (declarations, error) in refused {
      #expect(throws: error) { _ = try CheckpointWriter(path, declaring: declarations) }
    }
    #expect(try folder.files() == [])
  }

  @Test func twoWritersToOnePlaceAreBothWhole() throws {
    var first = try writer()
    let second = try CheckpointWriter(path, declaring: [])
    for tensor in first.order { try append(Self.elements[tensor.name]!, tensor.name, to: &first) }
    _ = try second.finish()
    #expect(try WholeFile.read(path) == file("{}      "))
    _ = try first.finish()
    #expect(try WholeFile.read(path) == Self.bytes)
    #expect(try folder.files() == ["a.safetensors"])
  }

  /// The error of a format that `body` throws.
  private func failure(_ body: () throws -> Void) -> SafetensorsError? {
    do {
      try body()
      return nil
    } catch {
      return error as? SafetensorsError
    }
  }
}
