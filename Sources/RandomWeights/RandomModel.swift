import Checkpoints
import Files
import Kernels
import Tensors
import Transformer
import TransformerFormats

/// A network with random weights as a folder of Hugging Face: to measure the speed and the memory of sizes whose true
/// weights are not at hand. What it says is noise, and it has no tokenizer.
///
/// Weights are binary16, near normal, of the deviation 1 / sqrt(inner), so that activations stay of one size; norms are
/// ones. (`NormalTable` says how near.) They depend on the sizes and the seed alone, and a piece of a tensor is in memory
/// at a time.
public struct RandomModel: Sendable {
  /// The folder's files.
  public static let (weightsFile, configurationFile) = ("model.safetensors", "config.json")

  /// The network's sizes.
  public let configuration: TransformerConfiguration
  private let seed: UInt64
  private let pool: ThreadPool

  /// Weights that one draw after another makes; the seed and their place choose where draws begin.
  private static let shardCount = 1 << 16
  /// Weights that are in memory at once.
  private static let pieceCount = 64 * shardCount

  /// A network of the given sizes.
  /// - Parameter seed: another one gives other weights.
  public init(_ configuration: TransformerConfiguration, seed: UInt64, pool: ThreadPool) {
    (self.configuration, self.seed, self.pool) = (configuration, seed, pool)
  }

  /// Writes config.json, then the weights, each whole or not at all.
  /// - Parameters:
  ///   - metadata: what the file of weights says besides.
  ///   - progress: called after each piece with the bytes of weights written so far, and of all.
  /// - Returns: the size and the digest of each.
  /// - Throws: `FileError`; there is then no new file of weights.
  public func write(
    to folder: String, metadata: [String: String] = [:], progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws -> (weights: FileDigest, configuration: FileDigest) {
    let file = try WholeFile.write(
      ReadableJSON.encode(ConfigurationFile(configuration: configuration)), to: "\(folder)/\(Self.configurationFile)")
    return (try writeWeights(to: "\(folder)/\(Self.weightsFile)", metadata, progress), file)
  }

  private func writeWeights(
    to path: String, _ metadata: [String: String], _ progress: (_ done: Int, _ all: Int) -> Void
  ) throws -> FileDigest {
    let tensors = TransformerTensor.all(configuration)
    let declarations = tensors.map { TensorDeclaration($0.huggingFaceName, .f16, $0.shape(configuration)) }
    // transformers reads no file that does not say this.
    let metadata = metadata.merging(["format": "pt"]) { _, own in own }
    var writer = try CheckpointWriter(path, declaring: declarations, metadata: metadata)
    let places = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.huggingFaceName, $0) })
    let all = declarations.reduce(0) { $0 + $1.byteCount * $1.shape.count }
    let piece = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: Self.pieceCount)
    defer { piece.deallocate() }
    let normal = NormalTable()
    var done = 0
    for declaration in writer.order {
      let place = places[declaration.name, default: 0]
      let inner = declaration.shape.dimensions.last ?? 1
      let table = tensors[place].isMatrix ? normal.halves(deviation: 1 / Double(inner).squareRoot()) : nil
      for first in stride(from: 0, to: declaration.shape.count, by: Self.pieceCount) {
        let count = min(Self.pieceCount, declaration.shape.count - first)
        let weights = UnsafeMutableBufferPointer(rebasing: piece[..<count])
        if let table {
          fill(weights, from: table, stream: UInt64(place) << 32 | UInt64(first / Self.shardCount))
        } else {
          weights.update(repeating: Float16(1).bitPattern)
        }
        try writer.append(UnsafeRawBufferPointer(weights), to: declaration.name)
        done += HalfFloat.byteCount * count
        progress(done, all)
      }
    }
    return try writer.finish()
  }

  /// Fills a piece, whose shards are drawn each by itself, whoever draws them.
  private func fill(_ piece: UnsafeMutableBufferPointer<UInt16>, from table: [UInt16], stream: UInt64) {
    // Unchecked: shards write memory of their own.
    nonisolated(unsafe) let piece = piece
    pool.forEach((piece.count + Self.shardCount - 1) / Self.shardCount) { shard in
      let range = shard * Self.shardCount..<min((shard + 1) * Self.shardCount, piece.count)
      table.withUnsafeBufferPointer {
        NormalTable.fill(
          UnsafeMutableBufferPointer(rebasing: piece[range]), from: $0,
          with: SeededGenerator(seed: seed, stream: stream + UInt64(shard)))
      }
    }
  }
}

/// What config.json says.
private struct ConfigurationFile: Encodable {
  let configuration: TransformerConfiguration

  private enum CodingKeys: String, CodingKey {
    case architectures
    case modelType = "model_type"
    case activation = "hidden_act"
    case dtype = "torch_dtype"
  }

  func encode(to encoder: any Encoder) throws {
    // Its keys are those of config.json.
    try configuration.encode(to: encoder)
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(["LlamaForCausalLM"], forKey: .architectures)
    try keys.encode("llama", forKey: .modelType)
    try keys.encode("silu", forKey: .activation)
    try keys.encode("float16", forKey: .dtype)
  }
}
