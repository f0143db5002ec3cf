import Files
import Transformer
import TransformerFormats

/// A GGUF file's keys about the network: sizes, and all that would change what is computed with them.
///
/// Defaults are those of llama.cpp. A key of `llama.` that is not known here is refused: it may stand for arithmetic.
struct GGUFConfiguration {
  let configuration: TransformerConfiguration

  /// Keys that are read, and those that change nothing.
  private static let known: Set = Set(
    [
      "tensor_data_layout", "attention.key_length", "attention.value_length", "attention.causal", "rope.scaling.type",
      "rope.scaling.factor", "rope.scaling.finetuned", "rope.scaling.original_context_length", "rope.scale_linear",
      "expert_count", "expert_used_count", "use_parallel_residual",
    ].map { prefix + $0 }
  ).union([
    GGUFKey.contextLength, GGUFKey.embeddingLength, GGUFKey.blockCount, GGUFKey.feedForwardLength,
    GGUFKey.vocabularySize, GGUFKey.headCount, GGUFKey.keyValueHeadCount, GGUFKey.normEpsilon,
    GGUFKey.ropeDimensions, GGUFKey.ropeBase,
  ])
  private static let prefix = GGUFKey.llama

  /// Reads a file's keys.
  /// - Throws: `GGUFError` naming the key.
  init(_ file: GGUFFile) throws(GGUFError) {
    try Self.checkKind(file)
    try Self.checkArithmetic(file)
    let heads = try Self.integer(GGUFKey.headCount, file)
    let keyValueHeads = try Self.integer(GGUFKey.keyValueHeadCount, file, default: heads)
    let hiddenSize = try Self.integer(GGUFKey.embeddingLength, file)
    let layers = try Self.integer(GGUFKey.blockCount, file)
    let intermediateSize = try Self.integer(GGUFKey.feedForwardLength, file)
    let vocabularySize = try Self.vocabularySize(file)
    let contextLength = try Self.integer(GGUFKey.contextLength, file)
    let ropeTheta = try file.float(GGUFKey.ropeBase) ?? 10_000
    let epsilon = try Self.epsilon(file)
    let isTied = !file.tensors.contains { $0.name == TransformerTensor.classifier.ggufName }
    do throws(TransformerConfigurationError) {
      configuration = try TransformerConfiguration(
        hiddenSize: hiddenSize, intermediateSize: intermediateSize, layers: layers, heads: heads,
        keyValueHeads: keyValueHeads, vocabularySize: vocabularySize, contextLength: contextLength,
        ropeTheta: ropeTheta, normEpsilon: epsilon, isTied: isTied)
    } catch {
      throw .configuration(error)
    }
    for key in [GGUFKey.ropeDimensions, Self.prefix + "attention.key_length", Self.prefix + "attention.value_length"] {
      let size = try Self.integer(key, file, default: configuration.headSize)
      guard size == configuration.headSize else {
        throw .key(key, expected: "\(configuration.headSize), embedding_length by heads", found: "\(size)")
      }
    }
  }

  private static func checkKind(_ file: GGUFFile) throws(GGUFError) {
    let architecture = try file.string(GGUFKey.architecture)
    guard architecture == "llama" else {
      throw .key(GGUFKey.architecture, expected: "'llama'", found: architecture.map(quoted) ?? "nothing")
    }
    let type = try file.string("general.type") ?? "model"
    guard type == "model" else { throw .key("general.type", expected: "'model'", found: quoted(type)) }
    let parts = try file.integer("split.count") ?? 1
    guard parts <= 1 else {
      throw .key("split.count", expected: "a file that is whole (llama-gguf-split --merge)", found: "\(parts) parts")
    }
    for key in file.values.keys.sorted() where key.hasPrefix(prefix) && !known.contains(key) {
      throw .key(key, expected: "a key of Llama's architecture", found: "one that may change what is computed")
    }
  }

  /// Refuses what is computed otherwise than Octavo does.
  private static func checkArithmetic(_ file: GGUFFile) throws(GGUFError) {
    let scaling = try file.string(prefix + "rope.scaling.type") ?? "none"
    guard scaling == "none" else {
      throw .key(prefix + "rope.scaling.type", expected: "'none'", found: quoted(scaling))
    }
    for key in ["rope.scaling.factor", "rope.scale_linear"] {
      let factor = try file.float(prefix + key) ?? 1
      guard factor == 1 || factor == 0 else { throw .key(prefix + key, expected: "1", found: "\(factor)") }
    }
    let experts = try file.integer(prefix + "expert_count") ?? 0
    guard experts == 0 else { throw .key(prefix + "expert_count", expected: "0", found: "\(experts)") }
    for (key, value) in [("attention.causal", true), ("use_parallel_residual", false)] {
      let found = try file.bool(prefix + key) ?? value
      guard found == value else { throw .key(prefix + key, expected: "\(value)", found: "\(found)") }
    }
  }

  private static func integer(_ key: String, _ file: GGUFFile, default other: Int? = nil) throws(GGUFError) -> Int {
    guard let number = try file.integer(key) ?? other else {
      throw .key(key, expected: "an integer", found: "nothing")
    }
    return number
  }

  private static func epsilon(_ file: GGUFFile) throws(GGUFError) -> Float {
    guard let epsilon = try file.float(GGUFKey.normEpsilon) else {
      throw .key(GGUFKey.normEpsilon, expected: "a float", found: "nothing")
    }
    return Float(epsilon)
  }

  /// The tokens that there are: the rows of the embedding, which the keys must not contradict.
  private static func vocabularySize(_ file: GGUFFile) throws(GGUFError) -> Int {
    let name = TransformerTensor.embedding.ggufName
    let embedding = file.tensors.first { $0.name == name }
    let said = try file.integer(GGUFKey.vocabularySize)
    guard let rows = embedding?.shape.first ?? said else {
      throw .key(GGUFKey.vocabularySize, expected: "an integer", found: "nothing, and no tensor '\(name)'")
    }
    if let said, said != rows {
      throw .key(GGUFKey.vocabularySize, expected: "\(rows), the rows of '\(name)'", found: "\(said)")
    }
    return rows
  }
}
