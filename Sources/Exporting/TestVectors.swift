import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// Images, and the integers that a model makes of them: what an implementation on another machine is held against.
public struct TestVectors: Sendable {
  /// By name: `images` u8 (count, channels, height, width), `labels` u8 (count); and, s8 or u8 as they are, `input`, the
  /// quantized images (count, channels * height * width), and `scores`, what leaves the last layer (count, classes).
  public let tensors: [String: Tensor]

  /// The integers that a model makes of some images.
  /// - Throws: `ExportError.noInteger` for a model whose scores are real numbers.
  public init(of model: QuantizedModel, on images: ImageSet, compute: Compute) throws {
    let batch = 64
    let engine = try QuantizedEngine(model, capacity: batch, compute: compute)
    let names = try [("input", Network.inputName), ("scores", model.scoresName)].map { key, name in
      guard let parameters = model.scales[name], case .integer = model.lowered.form(of: name) else {
        throw ExportError.noInteger(layer: name)
      }
      return (key: key, name: name, offset: UInt8(parameters.storageOffset))
    }
    var bytes = names.map { _ in [UInt8]() }
    for indices in ImageSet.batches(of: images.count, size: batch) {
      images.floats(indices).withUnsafeBufferPointer { _ = engine.logits($0, count: indices.count) }
      for (place, value) in names.enumerated() {
        // Signed integers are stored 128 higher.
        bytes[place] += engine.integers(of: value.name, count: indices.count).map { $0 &- value.offset }
      }
    }
    let shape = images.shape.dimensions
    var tensors = [
      "images": Tensor(Shape([images.count] + shape), images.pixels),
      "labels": Tensor(Shape([images.count]), images.labels),
    ]
    for (value, integers) in zip(names, bytes) {
      let values = Shape([images.count, images.count == 0 ? 0 : integers.count / images.count])
      tensors[value.key] =
        value.offset == 0 ? Tensor(values, integers) : Tensor(values, integers.map { Int8(bitPattern: $0) })
    }
    self.tensors = tensors
  }
}

extension QuantizedModel {
  /// The layer whose integers are the scores: the last one but for a softmax.
  fileprivate var scoresName: String {
    network.layers.last { $0.operation != .softmax }?.name ?? Network.inputName
  }
}
