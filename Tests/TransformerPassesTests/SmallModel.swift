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

  /// - Parameters:
  ///   - inner: values within a feed-forward layer.
  ///   - change: takes a float tensor's values and gives others.
  init(
    inner: Int = 37, layers: Int = 2, heads: Int = 4, keyValueHeads: Int = 2, headSize: Int = 6, isTied: Bool = true,
    _ change: (TransformerTensor, [Float]) -> [Float] = { $1 }
  ) throws {
    compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 2))
    folder = FileManager.default.temporaryDirectory.appending(path: "convert-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    configuration = try TransformerConfiguration(
      hiddenSize: heads * headSize, intermediateSize: inner, layers: layers, heads: heads, keyValueHeads: keyValueHeads,
      vocabularySize: 43, contextLength: 64, isTied: isTied)
    // Sums of products stay of one size, whatever the width.
    let spread = 0.4 * (24 / Float(configuration.hiddenSize)).squareRoot()
    var random = SeededGenerator(seed: 3)
    var tensors: [String: Tensor] = [:]
    for tensor in TransformerTensor.all(configuration) {
      let shape = tensor.shape(configuration)
      var values = (0..<shape.count).map { _ in
        Float.random(in: -spread...spread, using: &random) + (tensor.isMatrix ? 0 : 1)
      }
      // A row that no scale fits.
      if tensor == .value(0) { values.replaceSubrange(..<shape[1], with: repeatElement(0, count: shape[1])) }
      tensors[tensor.name] = Tensor(shape, change(tensor, values))
    }
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
    let matrices = try conversion.write(into: FileWriter(path)).matrices
    return (try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path))), matrices)
  }
}
