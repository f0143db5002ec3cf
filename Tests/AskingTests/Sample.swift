import Asking
import Checkpoints
import Files
import Networks
import Quantization
import QuantizedLayers
import StageKit
import TestSupport
import Tensors

/// Models as files of their stages, in memory.
enum Sample {
  /// Every kind of layer that keeps a scale, between two that choose one.
  static let network = Network(
    1, 4, 4,
    [
      .conv2d(Conv2d(out: 3, kernel: 3, padding: 1, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .linear(Linear(out: 3)),
    ])

  static func file(_ checkpoint: Checkpoint, _ path: String = "x.safetensors") throws -> StageFile {
    StageFile(path: path, content: .inMemory(try Safetensors.encode(checkpoint)))
  }

  static func float(_ model: FloatModel, path: String = "float.safetensors", stage: String = "fuse") throws
    -> AskedModel
  {
    let metadata = ["stage": stage, "format_version": Version.format, "network": model.network.json]
    return try AskedModel(file(Checkpoint(tensors: model.parameters, metadata: metadata), path))
  }

  static func int8(_ model: QuantizedModel, path: String = "int8.safetensors") throws -> AskedModel {
    let metadata = ["stage": "convert", "format_version": Version.format]
    return try AskedModel(
      file(Checkpoint(tensors: model.tensors, metadata: model.metadata.merging(metadata) { $1 }), path))
  }

  /// The model whose activations are signed: zero points and ranges 128 lower, and so every integer.
  static func signed(_ model: QuantizedModel) throws -> QuantizedModel {
    var tensors = model.tensors
    for (name, tensor) in tensors {
      guard name.hasSuffix(".zero_point") || name.hasSuffix(".range"), let values = tensor.s32 else { continue }
      tensors[name] = Tensor(tensor.shape, values.map { $0 - 128 })
    }
    return try QuantizedModel(network: model.network, profile: model.profile, tensors: tensors)
  }

  /// A grey picture.
  static func picture(
    _ pixels: [UInt8], width: Int = 4, color: UInt8 = 0, isInverted: Bool = false, path: String = "a.png"
  ) throws -> AskedPicture {
    let samples = color == 0 ? 1 : 3
    let png = PNGFile.plain(width: width, height: pixels.count / width / samples, color: color, pixels: pixels)
    return try AskedPicture(StageFile(path: path, content: .inMemory(png)), isInverted: isInverted)
  }

  static let pixels = (0..<16).map { UInt8($0 * 61 % 251) }
}
