import Files
import Foundation
import Importing
import ONNXFormat
import TestSupport
import Tensors
import Testing

/// Files that lie, are cut short, or are noise: one line each, or a model, and never a crash.
@Suite struct ONNXImportHostileTests {
  @Test func cutShortAtEveryByte() throws {
    let bytes = try ONNXFile.small.model.bytes()
    for count in bytes.indices {
      let found = line { _ = try ImportedModel(onnx: .inMemory(Array(bytes[..<count])), at: "a.onnx") }
      #expect(found?.isOneLine == true, "\(count) bytes")
    }
  }

  /// Of 100,000 files with a few wrong bytes some are models still: weights or names are others then.
  @Test func noise() throws {
    let bytes = try ONNXFile.small.model.bytes()
    var random = SeededGenerator(seed: 7)
    var accepted = 0
    for _ in 0..<100_000 {
      var mutated = bytes
      for _ in 0...Int(random.below(3)) {
        let place = Int(random.below(mutated.count))
        switch random.below(4) {
        case 0: mutated[place] = UInt8(truncatingIfNeeded: random.below(256))
        case 1: mutated[place] ^= 1 << UInt8(random.below(8))
        case 2: mutated.remove(at: place)
        default: mutated.insert(UInt8(truncatingIfNeeded: random.below(256)), at: place)
        }
      }
      do {
        _ = try ImportedModel(onnx: .inMemory(mutated), at: "a.onnx")
        accepted += 1
      } catch {
        if !"\(error)".isOneLine { Issue.record("\(error)") }
      }
    }
    print("ONNX files with wrong bytes: \(accepted) of 100000 are models still")
    #expect((1_000..<90_000).contains(accepted), "\(accepted)")
  }

  @Test func manyNodesOfOneNameTakeLittleTime() throws {
    var file = ONNXFile()
    for index in 0..<20_000 {
      file.node("Relu", [index == 0 ? "x" : "v\(index - 1)"], index == 19_999 ? "y" : "v\(index)", name: "same")
    }
    let clock = ContinuousClock()
    var count = 0
    let time = try clock.measure { count = try file.layers().count }
    #expect(count == 20_000 && time < .seconds(20))
  }

  @Test func moreNumbersComputedThanAnyModelNeedsAreRefused() throws {
    for operation in ["Transpose", "Unsqueeze"] {
      var file = ONNXFile()
      file.tensor("w", [1000, 1000], [Float](repeating: 1, count: 1_000_000))
      file.tensor("first", [16, 1000])
      file.node("Flatten", ["x"], "f")
      file.node("MatMul", ["f", "first"], "m0")
      file.model.graph.initializers.append(ONNXTensor("none", shape: [0], .s64([])))
      for index in 1...100 {
        file.node(operation, operation == "Transpose" ? ["w"] : ["w", "none"], "t\(index)")
        file.node("MatMul", ["m\(index - 1)", "t\(index)"], index == 100 ? "y" : "m\(index)")
      }
      #expect(
        line { _ = try file.imported() }?
          .hasSuffix("expected at most 67108864 numbers computed from constants, found more") == true, "\(operation)")
    }
  }

  @Test func aShapeOfMoreElementsThanThereAreNumbers() throws {
    for shape in [[1 << 62, 4], [-1], [1 << 40, 0]] {
      let file = ONNXFile.small.changed { $0.model.graph.initializers[0].shape = shape }
      #expect(line { _ = try file.imported() }?.isOneLine == true)
    }
  }
}

/// Tensors in files beside the model's own.
@Suite struct ONNXImportExternalTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let values: [Float] = (1...18).map { Float($0) }
    var bytes: [UInt8] = [0xFF, 0xFF]
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    try FileManager.default.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: true)
    for name in ["w.data", "sub/w.data"] {
      try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
    }
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path + ".data"))
  }

  private func imported(_ place: ONNXExternalData, _ type: ONNXElement = .f32) throws -> ImportedModel {
    let file = ONNXFile.small.changed { $0.model.graph.initializers[0].elements = .external(type, place) }
    return try file.imported(at: folder.path("Net.onnx"))
  }

  @Test(arguments: ["w.data", "sub/w.data", "./w.data"])
  func inTheFolderTheyAreRead(_ location: String) throws {
    let imported = try imported(.init(location: location, offset: 2, length: 72))
    #expect(imported.model.values("conv.weight") == (1...18).map { Float($0) })
    #expect(imported.files == [folder.path(location)])
  }

  @Test(arguments: ["/etc/hostname", "../w.data", "sub/../w.data", "sub//w.data", "..", "w.data\u{0}"])
  func elsewhereTheyAreNot(_ location: String) {
    let found = line { _ = try imported(.init(location: location)) }
    #expect(
      found?.hasPrefix("tensor 'conv.weight': expected its data in a file of the model's folder, by a path without")
        == true)
  }

  @Test func sizesAreChecked() {
    let wrong: [ONNXExternalData] = [
      .init(location: "w.data", offset: 3, length: 72), .init(location: "w.data", offset: 2, length: 71),
      .init(location: "w.data", offset: 3), .init(location: "w.data", offset: .max, length: 72),
      .init(location: "w.data", offset: 0, length: .max),
    ]
    for place in wrong {
      let found = line { _ = try imported(place) }
      #expect(
        found?.hasPrefix("tensor 'conv.weight': expected its data for shape [2, 1, 3, 3] in 'w.data', found ") == true)
    }
    #expect(line { _ = try imported(.init(location: "none")) }?.contains("none: cannot be read: No such file") == true)
    #expect(
      line { _ = try imported(.init(location: "w.data"), ONNXElement(rawValue: 10)) }
        == "tensor 'conv.weight': expected elements of float, int32 or int64, found float16")
  }

  @Test func tensorsThatShareTheirBytesAreRefused() throws {
    let place = ONNXExternalData(location: "w.data", offset: 2, length: 72)
    var file = ONNXFile(1)
    for name in ["a", "b"] {
      file.model.graph.initializers.append(ONNXTensor(name, shape: [2, 1, 3, 3], .external(.f32, place)))
    }
    file.node("Conv", ["x", "a"], "c")
    file.node("Conv", ["x", "b"], "d")
    file.node("Add", ["c", "d"])
    #expect(
      line { _ = try file.imported(at: folder.path("Net.onnx")) }?.hasSuffix("found bytes of other tensors too") == true
    )
  }
}
