import Exporting
import Files
import Foundation
import ImportingQuantized
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// Models that ONNX Runtime quantized: our scores beside its own.
@Suite struct QuantizeStaticTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A Python with onnxruntime: one of this package's own, or the one on the PATH.
  private static let python: String? = [root.appendingPathComponent(".build/onnx/bin/python").path, "python3"].first {
    (try? run($0, ["-c", "import onnx, onnxruntime.quantization"]))?.code == 0
  }

  private static func run(_ program: String, _ words: [String]) throws -> (code: Int32, output: String) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + words
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  private static let chain = Network(
    1, 12, 12,
    [
      .conv2d(Conv2d(out: 6, kernel: 3, padding: 1, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)),
      .conv2d(Conv2d(out: 8, kernel: 3, relu: true)), .flatten, .linear(Linear(out: 16, relu: true)),
      .linear(Linear(out: 10)),
    ])
  /// A sum with a ReLU, and whatever is behind it.
  private static func residual(_ end: [Layer]) -> Network {
    Network(
      3, 8, 8,
      layers: [
        Layer("stem", .conv2d(Conv2d(out: 8, kernel: 3, padding: 1, relu: true))),
        Layer("depth", .conv2d(Conv2d(out: 8, kernel: 3, padding: 1, groups: 8, relu: true))),
        Layer("point", .conv2d(Conv2d(out: 8, kernel: 1))),
        Layer("sum", .add(Add(relu: true)), inputs: ["point", "stem"]),
      ] + end + [Layer("flat", .flatten), Layer("fc", .linear(Linear(out: 10)))])
  }
  private static let networks = [
    "chain": chain, "sum": residual([]), "mean": residual([Layer("mean", .averagePool2d(AveragePool2d()))]),
  ]

  /// The most steps of a score's scale by which ours may lie from ONNX Runtime's.
  ///
  /// The same integers enter every sum of products, such sums are exact, and our multiplier is that of its fused kernels:
  /// their integers are ours. Where it does not fuse, it sums floats, whose rounding tips what lies within some 2^-20 of a
  /// tie, and its kernel for the sum of two values rounds it in an order of its own: one step of one value of many, which
  /// is less than a step of a score but for one that it tips. A mean it rounds once; ours is rounded on the scale that
  /// enters it, then by a table on its own, which here is finer: up to half a step of the coarser scale, in each channel.
  /// Eight channels' errors, of either sign, weighted by the last layer, come to a few steps of a score.
  private static let most: [String: Float] = ["chain": 1, "sum": 1, "mean": 3]

  @Test(
    "scores are ONNX Runtime's, within some steps",
    .enabled("no python3 on the PATH, nor in .build/onnx, has onnxruntime and onnx") { python != nil })
  func scores() throws {
    let folder = try TemporaryFolder()
    func url(_ name: String) -> URL { URL(fileURLWithPath: folder.path(name)) }
    func data(_ values: [Float]) -> Data { values.withUnsafeBytes { Data($0) } }
    for (name, network) in Self.networks {
      let images = ImageSet.any(40, of: network)
      try Data(ONNXExport.float(FloatModel(random: network), origin: []).bytes).write(to: url("\(name).onnx"))
      try data(images.floats(0..<images.count)).write(to: url("\(name).images"))
      let size = network.input
      try Data("40 \(size.channels) \(size.height) \(size.width)".utf8).write(to: url("\(name).shape"))
    }
    let script = Self.root.appendingPathComponent("Tests/Exported/quantize_static.py").path
    let (code, output) = try Self.run(try #require(Self.python), ["-B", script, folder.path(".")])
    #expect(code == 0)
    let names = output.split(separator: "\n").map(String.init)
    #expect(names.count == 12)
    for name in names {
      let network = String(name.prefix { $0 != "-" })
      let images = ImageSet.any(40, of: try #require(Self.networks[network]))
      let model = try QuantizedONNX(
        file: .inMemory([UInt8](Data(contentsOf: url("\(name).quantized")))), at: "\(network).onnx"
      ).model
      let engine = try QuantizedEngine(model, capacity: images.count, compute: Compute())
      let own = images.floats(0..<images.count).withUnsafeBufferPointer { engine.logits($0, count: images.count) }
      let theirs = try Data(contentsOf: url("\(name).scores")).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      #expect(own.count == theirs.count)
      let step = try #require(model.scales[model.network.scaledNames.last ?? ""]).scale
      let steps = zip(own, theirs).map { abs($0 - $1) / step }
      let (differing, largest) = (steps.count { $0 > 0.5 }, steps.max() ?? 0)
      print("\(name): \(differing) of \(steps.count) scores differ, by at most \(largest) steps")
      #expect(largest <= (Self.most[network] ?? 0) + 0.01, "\(name)")
    }
  }
}
