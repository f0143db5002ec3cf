import Foundation
import Importing
import Kernels
import Layers
import Networks
import TestSupport
import Testing

/// Models as both of PyTorch's exporters write them, at several versions of the operations: our scores beside those of
/// ONNX Runtime.
@Suite struct ONNXImportPyTorchTests {
  /// How far scores may lie from ONNX Runtime's, of the largest.
  ///
  /// Both compute in f32 and add in another order. A sum of n terms is off by at most n units of 2^-24 of the sum of
  /// their sizes, and by about the root of n of them as roundings go; the longest here has 784 terms, and fewer than
  /// twelve layers stand behind each other: some 2^-18 of the largest score. 2^-14 leaves room for terms that cancel, and
  /// a padding, a weight or an epsilon that is not the file's is off by far more.
  private static let bound: Float = 0x1p-14

  /// A Python with what the program imports: one of this package's own, or the one on the PATH.
  private static let python: String? = {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
    return ["\(root)/.build/onnx/bin/python", "python3"].first { python in
      (try? run(python, ["-c", "import numpy, onnx, onnxruntime, onnxscript, torch"]))?.code == 0
    }
  }()

  private static func run(_ program: String, _ words: [String]) throws -> Command.Ending {
    try Command.run("/usr/bin/env", [program] + words)
  }

  private func floats(_ path: String) throws -> [Float] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
  }

  /// What follows the scores in the file, and not here.
  private func ending(_ operation: Substring, _ scores: [Float], classes: Int) -> [Float] {
    guard operation.hasSuffix("Softmax") else { return scores }
    return stride(from: 0, to: scores.count, by: classes).flatMap { start in
      let row = scores[start..<start + classes].map(Double.init)
      let sum = row.reduce(0) { $0 + exp($1) }
      return row.map { Float(operation == "Softmax" ? exp($0) / sum : $0 - log(sum)) }
    }
  }

  @Test(
    "python with torch, onnx and onnxruntime: our scores are ONNX Runtime's",
    .enabled("neither .build/onnx/bin/python nor python3 on the PATH has torch, onnx, onnxscript and onnxruntime") {
      python != nil
    })
  func scores() throws {
    let folder = try TemporaryFolder()
    try folder.write(PyTorchExports.program, to: "export.py")
    let ending = try Self.run(try #require(Self.python), [folder.path("export.py"), folder.path])
    let files = String(decoding: ending.output, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
    #expect(ending.code == 0 && files.count == 72)
    var worst: Float = 0
    for words in files where words.count == 3 {
      let path = folder.path("\(words[0]).onnx")
      let model = try ImportedModel(onnx: .init(of: path), at: path).model
      let engine = try FloatEngine(model, capacity: 8, compute: try Compute())
      let logits = engine.logits(try floats(folder.path("\(words[1]).images")), count: 8)
      let found = self.ending(words[2], logits, classes: logits.count / 8)
      let difference = Fuse.difference(try floats(folder.path("\(words[0]).scores")), found)
      #expect(difference <= Self.bound, "\(words[0]): \(difference)")
      worst = max(worst, difference)
    }
    print("Scores of \(files.count) exported files differ from ONNX Runtime's by at most \(worst) of the largest")
  }
}
