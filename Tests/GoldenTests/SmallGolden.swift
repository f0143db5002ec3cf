import Checkpoints
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

/// What PyTorch makes of tiny networks: data that every clone has, in `Small`, whose README says what is in it.
struct SmallGolden {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Small")

  struct Document: Decodable {
    struct Calibration: Decodable {
      let batches: Int
      let batch_size: Int
      let order: CalibrationSet.Order
    }
    struct Activation: Decodable {
      let scale: Float
      let zero_point: Int32
    }
    struct Configuration: Decodable {
      let activations: [String: Activation]
      let weight_scales: [String: [Float]]
    }
    struct Dynamic: Decodable {
      let weight_scales: [String: [Float]]
    }
    struct Entry: Decodable {
      let network: Network
      let `static`: [String: Configuration]
      let dynamic: [String: Dynamic]?
    }
    let calibration: Calibration
    let networks: [String: Entry]
  }

  let document: Document
  let file: Checkpoint
  let training: ImageSet
  let test: ImageSet

  /// Three chains.
  static let shared = Result { try SmallGolden("small") }
  /// Two graphs.
  static let graphs = Result { try SmallGolden("graphs") }

  private init(_ stem: String) throws {
    func bytes(_ name: String) throws -> [UInt8] { try WholeFile.read(Self.folder.appendingPathComponent(name).path) }
    document = try JSONDecoder().decode(Document.self, from: Data(bytes("\(stem).json")))
    let file = try Safetensors.decode(bytes("\(stem).safetensors"))
    self.file = file
    func images(_ name: String) throws -> ImageSet {
      let pixels = try file.tensor("\(name).pixels", dtype: .u8)
      let labels = [UInt8](repeating: 0, count: pixels.shape[0])
      return ImageSet(shape: Shape(Array(pixels.shape.dimensions[1...])), pixels: pixels.u8 ?? [], labels: labels)
    }
    training = try images("calibration")
    test = try images("test")
  }

  /// The tensors under `prefix`, by what follows it.
  func tensors(_ prefix: String) -> [String: Tensor] {
    file.tensors.reduce(into: [:]) { found, entry in
      guard entry.key.hasPrefix("\(prefix).") else { return }
      found[String(entry.key.dropFirst(prefix.count + 1))] = entry.value
    }
  }

  func entry(_ network: String) throws -> Document.Entry { try #require(document.networks[network]) }

  func configuration(_ network: String, _ name: String) throws -> Document.Configuration {
    try #require(try entry(network).static[name])
  }

  /// The network before anything is folded into anything.
  func float(_ network: String) throws -> FloatModel {
    let parameters = tensors("\(network).float").filter { $0.key != "logits" }
    return try FloatModel(network: entry(network).network, parameters: parameters)
  }

  /// The scheme of that name in Pipelines, with the calibration images of the recording.
  func scheme(_ name: String) throws -> QuantizationScheme {
    let path = Golden.root.appendingPathComponent("Pipelines/mnist-cnn/schemes/\(name).yaml").path
    var scheme = try ConfigFile.decode(QuantizationScheme.self, from: WholeFile.read(path), path: path)
    let set = document.calibration
    scheme.calibration = CalibrationSet(batches: set.batches, batchSize: set.batch_size, order: set.order, seed: 0)
    return scheme
  }

  /// A network calibrated by us, on the images that PyTorch calibrated on.
  func calibrated(_ network: String, _ name: String) throws -> CalibratedModel {
    try Calibrate.calibrate(
      Fuse.fuse(float(network)), scheme: scheme(name), images: training, compute: Golden.compute())
  }

  /// The same model with PyTorch's own activation scales in place of ours, and perhaps another profile.
  func calibratedByPyTorch(
    _ network: String, _ name: String, profile: NumericProfile? = nil
  ) throws -> CalibratedModel {
    let ours = try calibrated(network, name)
    var tensors = ours.tensors
    for (tensor, activation) in try configuration(network, name).activations {
      tensors["\(tensor).scale"] = Tensor([], [activation.scale])
      tensors["\(tensor).zero_point"] = Tensor([], [activation.zero_point])
    }
    var scheme = ours.scheme
    if let profile { scheme.profile = profile }
    return try CalibratedModel(network: ours.model.network, scheme: scheme, tensors: tensors)
  }

  /// Holds the weights that we make of a network, and their scales, to those recorded, to the bit.
  func expectWeights(_ network: String, _ name: String) throws {
    let model = try Convert.convert(calibrated(network, name)).model
    let scales = try configuration(network, name).weight_scales
    #expect(Set(scales.keys) == Set(model.layers.keys))
    for (layer, found) in model.layers.compactMapValues(\.integer) {
      let expected = try file.tensor("\(network).\(name).\(layer).weight")
      #expect(found.weight.scales == scales[layer], "\(layer): scales")
      #expect(found.weight.shape == expected.shape, "\(layer): shape")
      #expect(found.weight.integers == expected.s8, "\(layer): weights")
    }
  }

  /// What becomes of the test images: how many integers of each observed tensor differ from PyTorch's, and the scores.
  struct Outcome {
    let layers: [(tensor: String, differing: Int)]
    let logits: (found: [Float], expected: [Float])
  }

  /// Converts a model, runs the test images and compares with the recording of that network and configuration.
  func run(_ calibrated: CalibratedModel, _ network: String, _ name: String) throws -> Outcome {
    let model = try Convert.convert(calibrated).model
    let engine = try QuantizedEngine(model, capacity: test.count, compute: Golden.compute())
    let logits = test.floats(0..<test.count).withUnsafeBufferPointer { engine.logits($0, count: test.count) }
    let layers = try model.quantizedNames.map { tensor in
      let expected = try file.u8("\(network).\(name).\(tensor).output")
      let found = engine.integers(of: tensor, count: test.count)
      try #require(found.count == expected.count)
      return (tensor, zip(found, expected).count { $0 != $1 })
    }
    return Outcome(layers: layers, logits: (logits, try file.f32("\(network).\(name).logits")))
  }
}
