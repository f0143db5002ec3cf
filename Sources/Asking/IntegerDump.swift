import Checkpoints
import Files
import Kernels
import Networks
import Quantization
import QuantizedLayers
import StageKit
import Tensors

/// Every value that an int8 model computes of one picture, as tensors that other programs read.
///
///     <layer> u8 or s8 [channels, height, width] or [features], <layer>.scale f32 [], .zero_point s32 [], .range s32 [2]
///     <layer> f32                            where real numbers leave it
///     input.pixels u8 [channels, height, width]
///
/// `quant` is the network's input. Layers that keep a scale, pools say, have that of what they read.
public struct IntegerDump {
  /// The tensors and what they are of.
  package let checkpoint: Checkpoint

  /// The values of the only int8 model among some, of the only picture.
  /// - Throws: `DumpError` where there are more or none, `ConfigError` naming a file that does not fit.
  public init(of pictures: [AskedPicture], by models: [AskedModel], compute: Compute) throws {
    guard pictures.count == 1 else { throw DumpError.wrongPictures(pictures.count) }
    let picture = pictures[0]
    let integers = models.filter { $0.int8 != nil }
    guard integers.count == 1, let asked = integers.first, let model = asked.int8 else {
      throw DumpError.wrongModels(integers.count)
    }
    guard let engine = try asked.engine(capacity: 1, compute: compute) as? QuantizedEngine else {
      preconditionFailure("an int8 model runs in an integer engine")
    }
    let images = try ImageSet([picture], for: model.network.input)
    _ = images.floats(0..<1).withUnsafeBufferPointer { engine.logits($0, count: 1) }
    var tensors = ["input.pixels": Tensor(images.shape, images.pixels)]
    let shapes = try model.network.shapes()
    for (name, shape) in zip(model.network.valueNames, shapes) where !model.network.isSoftmax(name) {
      tensors.merge(engine.tensors(of: name, shape: shape)) { $1 }
    }
    let origin = [
      "stage": "predict", "format_version": Version.format, "model_sha256": asked.sha256,
      "image_sha256": picture.sha256, "inverted": "\(picture.isInverted)",
    ]
    checkpoint = Checkpoint(tensors: tensors, metadata: model.metadata.merging(origin) { $1 })
  }

  /// Writes them as a safetensors file, whole or not at all.
  /// - Throws: `FileError`.
  public func write(to path: String) throws { _ = try checkpoint.write(to: path) }
}

extension Network {
  /// A softmax is never computed: its value is what enters it.
  fileprivate func isSoftmax(_ name: String) -> Bool {
    layers.contains { $0.name == name && $0.operation == .softmax }
  }
}

extension QuantizedEngine {
  /// What the last call left of a layer, with the scale of its integers.
  fileprivate func tensors(of name: String, shape: ActivationShape) -> [String: Tensor] {
    let image = shape.image
    let shape: Shape = shape.isFlat ? [image.count] : [image.channels, image.height, image.width]
    guard case .integer(let scale) = model.lowered.form(of: name), let parameters = model.scales[scale] else {
      return [name: Tensor(shape, values(of: name, count: 1))]
    }
    let stored = integers(of: name, count: 1)
    // Signed integers are kept 128 higher.
    let offset = Int(parameters.storageOffset)
    let tensor = offset == 0 ? Tensor(shape, stored) : Tensor(shape, stored.map { Int8(Int($0) - offset) })
    return parameters.tensors(named: name).merging([name: tensor]) { $1 }
  }
}

/// A dump of integers that was asked of too much, or of nothing.
public enum DumpError: Error, Equatable, CustomStringConvertible {
  /// So many pictures.
  case wrongPictures(Int)
  /// So many int8 models.
  case wrongModels(Int)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .wrongPictures(let count): "--dump-integers: expected one image, found \(count); name one"
    case .wrongModels(let count):
      "--dump-integers: expected one int8 model, found \(count); name one that convert wrote"
    }
  }
}
