import Checkpoints
import Files
import Foundation
import Kernels
import Tensors
import Transformer
import TransformerFormats
import TransformerPasses

/// A float network of random weights, small, as a file.
struct SmallModel {
  let configuration: TransformerConfiguration
  let checkpoint: TransformerCheckpoint
  let folder: URL
  let compute: Compute

  /// - Parameter inner: values within a feed-forward layer.
  init(inner: Int = 37) throws {
    compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 2))
    folder = FileManager.default.temporaryDirectory.appending(path: "convert-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    configuration = try TransformerConfiguration(
      hiddenSize: 24, intermediateSize: inner, layers: 2, heads: 4, keyValueHeads: 2, vocabularySize: 43,
      contextLength: 64, isTied: true)
    var random = SeededGenerator(seed: 3)
    var tensors: [String: Tensor] = [:]
    for tensor in TransformerTensor.all(configuration) {
      let shape = tensor.shape(configuration)
      tensors[tensor.name] = Tensor(
        shape, (0..<shape.count).map { _ in Float.random(in: -0.4...0.4, using: &random) + (tensor.isMatrix ? 0 : 1) })
    }
    // A row that no scale fits.
    tensors["layers.0.attention.wv.weight"] = Tensor(
      [12, 24], [Float](repeating: 0, count: 24) + (tensors["layers.0.attention.wv.weight"]?.f32 ?? [])[24...])
    let path = folder.appending(path: "float.safetensors").path
    _ = try Checkpoint(
      tensors: tensors,
      metadata: [TransformerMetadata.configurationKey: try TransformerMetadata.json(configuration)]
    ).write(to: path)
    checkpoint = try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
  }

  /// The model in integers, and what became of its matrices.
  func converted(_ scheme: TransformerScheme) throws -> (TransformerCheckpoint, [ConvertTransformer.Matrix]) {
    let statistics =
      scheme.isCalibrated
      ? try TransformerStatistics(
        of: checkpoint, over: [(0..<50).map { Int32($0 * 17 % 43) }, [5, 6]], compute: compute)
      : nil
    let path = folder.appending(path: "int8.safetensors").path
    let conversion = try ConvertTransformer(checkpoint, scheme: scheme, statistics: statistics, compute: compute)
    let matrices = try conversion.write(to: path).matrices
    return (try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path))), matrices)
  }
}
