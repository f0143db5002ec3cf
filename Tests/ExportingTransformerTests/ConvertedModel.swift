import Checkpoints
import Files
import Kernels
import TestSupport
import Tensors
import Transformer
import TransformerFormats
import TransformerPasses

/// A network of random weights, as import-transformer leaves it and as convert-transformer makes it.
struct ConvertedModel {
  let folder: TemporaryFolder
  let configuration: TransformerConfiguration
  let float: TransformerCheckpoint

  /// - Parameter inner: values within a feed-forward layer.
  init(inner: Int = 96, isTied: Bool = true) throws {
    folder = try TemporaryFolder()
    configuration = try TransformerConfiguration(
      hiddenSize: 64, intermediateSize: inner, layers: 2, heads: 4, keyValueHeads: 2, vocabularySize: 43,
      contextLength: 64, isTied: isTied)
    var random = SeededGenerator(seed: 3)
    var tensors: [String: Tensor] = [:]
    for tensor in TransformerTensor.all(configuration) {
      let shape = tensor.shape(configuration)
      tensors[tensor.name] = Tensor(shape, random.floats(shape.count))
    }
    // A group that no scale fits.
    tensors["layers.0.attention.wv.weight"] = Tensor(
      [32, 64], [Float](repeating: 0, count: 32) + (tensors["layers.0.attention.wv.weight"]?.f32 ?? [])[32...])
    let path = folder.path("float.safetensors")
    _ = try Checkpoint(
      tensors: tensors,
      metadata: [TransformerMetadata.configurationKey: try TransformerMetadata.json(configuration)]
    ).write(to: path)
    float = try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
  }

  /// The model in integers.
  func converted(_ scheme: TransformerScheme) throws -> TransformerCheckpoint {
    let path = folder.path("int8.safetensors")
    let compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 1))
    _ = try ConvertTransformer(float, scheme: scheme, statistics: nil, compute: compute).write(
      into: FileWriter(path))
    return try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
  }
}
