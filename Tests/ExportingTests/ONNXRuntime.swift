import Exporting
import Foundation
import Kernels
import TestSupport
import Testing

/// ONNX Runtime, in a Python that has it: a program that shares nothing with ours.
enum ONNXRuntime {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A Python that has `onnx` and `onnxruntime`: one made for it, else the first on the PATH. Nil for none.
  static let python: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let own = root.appendingPathComponent(".build/onnx/bin/python").path
    let other = folders.map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    return [own, other ?? own].first { program in
      (try? Command.run(program, ["-c", "import onnx, onnxruntime"]))?.code == 0
    }
  }()

  /// Why its tests are skipped, where they are.
  static let reason: Comment = "no python3 on the PATH, nor in .build/onnx, has onnx and onnxruntime"

  /// Whether a product of any activations and weights is exact here: no processor but x86's older ones adds in 16 bits.
  static var isExactAtFullRange: Bool {
    let sets = InstructionSet.available
    return sets.contains(.avxvnni) || sets.contains(.avx512vnni) || sets.contains(.neon)
  }

  /// What the script of `Tests/Exported` found of one case.
  struct Finding: Decodable {
    let name: String
    let failed: String?
    let checked: String?
    let differing: [String: Int]?
    let compared: [String: Int]?
    let missing: [String]?
    let largest: Float?
    let other: Int?

    enum CodingKeys: String, CodingKey {
      case name, failed, checked, differing, compared, missing, largest
      case other = "other_class"
    }
  }

  /// Holds files to what the engines computed, in one Python process.
  static func findings(_ cases: [ExportedCase]) throws -> [Finding] {
    let folder = try TemporaryFolder()
    for (index, example) in cases.enumerated() { try example.write(to: folder, as: "\(index)") }
    let entries = cases.enumerated().map { $0.element.entry("\($0.offset)") }
    try JSONSerialization.data(withJSONObject: ["cases": entries]).write(
      to: URL(fileURLWithPath: folder.path("cases.json")))
    let script = root.appendingPathComponent("Tests/Exported/onnx_equal.py").path
    let said = try Command.run(try #require(python), ["-B", script, folder.path("cases.json")]).output
    return try said.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Finding.self, from: $0) }
  }
}

/// A file and what an engine computed on some images.
struct ExportedCase {
  let name: String
  let kind: String
  let export: ONNXExport
  let images: [Float]
  /// Images, channels, height, width.
  let shape: [Int]
  let scores: [Float]
  /// Integers as stored, by the names of the file's values.
  var integers: [String: [UInt8]] = [:]
  /// Whether the runtime shall add products in 32 bits, where it would not by itself.
  var isWide = false

  fileprivate func write(to folder: TemporaryFolder, as stem: String) throws {
    func write(_ bytes: some Sequence<UInt8>, _ name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
    }
    func bytes(_ values: [Float]) -> [UInt8] {
      values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    }
    try write(export.bytes, "\(stem).onnx")
    try write(bytes(images), "\(stem).input")
    try write(bytes(scores), "\(stem).scores")
    for (index, values) in sorted.enumerated() { try write(values.value, "\(stem).\(index)") }
  }

  private var sorted: [(key: String, value: [UInt8])] { integers.sorted { $0.key < $1.key } }

  fileprivate func entry(_ stem: String) -> [String: Any] {
    [
      "name": name, "kind": kind, "model": "\(stem).onnx", "input": "\(stem).input", "shape": shape,
      "scores": "\(stem).scores", "wide": isWide,
      "integers": Dictionary(
        uniqueKeysWithValues: sorted.enumerated().map { ($0.element.key, "\(stem).\($0.offset)") }),
    ]
  }
}
