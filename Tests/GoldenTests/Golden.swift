import Checkpoints
import Compression
import Datasets
import Files
import Foundation
import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import StageKit
import Tensors
import Testing

/// What PyTorch 2.13.0 makes of one float SimpleCNN, read from the folder beside the repository.
///
/// `summary.json` and `quantized.safetensors` were written by that folder's `make_golden.py`; calibration took the
/// first 64 * N training images in file order, in batches of 64.
struct Golden {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let folder = root.appendingPathComponent("../shared").standardizedFileURL
  static let isPresent = FileManager.default.fileExists(atPath: folder.appendingPathComponent("golden").path)
  static let skip: Comment = "needs ../shared/golden and ../shared/mnist beside the repository"

  struct Summary: Decodable {
    struct Activation: Decodable {
      let scale: Float
      let zero_point: Int32
    }
    struct Weight: Decodable {
      let scales: [Float]
      let zero_points: [Int32]
    }
    struct Configuration: Decodable {
      let engine: String
      let accuracy: Float
      let activations: [String: Activation]
      let weights: [String: Weight]
    }
    struct Dynamic: Decodable {
      let accuracy: Float
      let batch: Int
    }
    let float_accuracy: Float
    let dynamic: Dynamic
    let configurations: [String: Configuration]
  }

  let summary: Summary
  let float: FloatModel
  let quantized: Checkpoint
  let training: ImageSet
  let test: ImageSet

  static let shared = Result { try Golden() }

  private init() throws {
    let golden = Self.folder.appendingPathComponent("golden")
    summary = try JSONDecoder().decode(
      Summary.self, from: Data(contentsOf: golden.appendingPathComponent("summary.json")))
    let file = try Safetensors.decode(WholeFile.read(golden.appendingPathComponent("float.safetensors").path))
    let network = try ConfigFile.decode(
      Network.self, from: WholeFile.read(Self.root.appendingPathComponent("Pipelines/mnist-cnn/network.yaml").path),
      path: "network.yaml")
    float = try Fuse.fuse(FloatModel(network: network, parameters: file.tensors))
    quantized = try Safetensors.decode(
      WholeFile.read(golden.appendingPathComponent("quantized.safetensors").path))
    training = try Self.images("train").prefix(1024)
    test = try Self.images("t10k")
  }

  private static func images(_ split: String) throws -> ImageSet {
    func idx(_ name: String, rank: Int, limit: Int) throws -> IDX {
      let path = folder.appendingPathComponent("mnist/\(name).gz").path
      let bytes = try Gzip.inflate(WholeFile.read(path), file: name, limit: limit)
      return try IDX(parsing: bytes, file: name, rank: rank)
    }
    return try ImageSet(
      pictures: idx("\(split)-images-idx3-ubyte", rank: 3, limit: 50 << 20),
      labels: idx("\(split)-labels-idx1-ubyte", rank: 1, limit: 1 << 20).elements, labelsFile: split)
  }

  func scheme(_ name: String) throws -> QuantizationScheme {
    let path = Self.root.appendingPathComponent("Pipelines/mnist-cnn/schemes/\(name).yaml").path
    return try ConfigFile.decode(QuantizationScheme.self, from: WholeFile.read(path), path: path)
  }

  static func compute() throws -> Compute {
    Compute(kernels: try Kernels(.best), pool: ThreadPool(threads: 2))
  }

  /// The model calibrated by us, on the images that PyTorch calibrated on.
  func calibrated(_ name: String) throws -> CalibratedModel {
    try Calibrate.calibrate(float, scheme: scheme(name), images: training, compute: Self.compute())
  }

  /// The same model with PyTorch's own activation scales in place of ours.
  func calibratedByPyTorch(_ name: String) throws -> CalibratedModel {
    var tensors = try calibrated(name).tensors
    let configuration = try #require(summary.configurations[name])
    for (tensor, activation) in configuration.activations {
      tensors["\(tensor).scale"] = Tensor([], [activation.scale])
      tensors["\(tensor).zero_point"] = Tensor([], [activation.zero_point])
    }
    return try CalibratedModel(network: float.network, scheme: scheme(name), tensors: tensors)
  }

  /// Test images whose layers' outputs are recorded.
  static let images = 8

  func engine(_ calibrated: CalibratedModel) throws -> QuantizedEngine {
    try QuantizedEngine(Convert.convert(calibrated).model, capacity: 100, compute: Self.compute())
  }

  /// How many integers of each tensor differ from PyTorch's, over the recorded images.
  func differingOutputs(of engine: QuantizedEngine, _ name: String) throws -> [(tensor: String, differing: Int)] {
    _ = test.floats(0..<Self.images).withUnsafeBufferPointer { engine.logits($0, count: Self.images) }
    return try ["quant", "conv1", "conv2", "fc1", "fc2"].map { tensor in
      let expected = try #require(quantized.tensors["\(name).\(tensor).output"]?.u8)
      let found = engine.integers(of: tensor, count: Self.images)
      try #require(found.count == expected.count)
      return (tensor, zip(found, expected).count { $0 != $1 })
    }
  }

  /// The scores of all test images: (count, 10).
  func logits(_ engine: some InferenceEngine) -> [Float] {
    ImageSet.batches(of: test.count, size: engine.capacity).flatMap { batch in
      test.floats(batch).withUnsafeBufferPointer { engine.logits($0, count: batch.count) }
    }
  }

  func accuracy(_ logits: [Float]) -> Float {
    let correct = (0..<test.count).count { argmax(logits[$0 * 10..<($0 + 1) * 10]) == Int(test.labels[$0]) }
    return Float(correct) / Float(test.count)
  }
}
