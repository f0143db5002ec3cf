/// The sizes and constants of a network of Llama's architecture, by the names that Hugging Face's config.json gives them.
public struct TransformerConfiguration: Sendable, Equatable, Codable {
  /// Values of a token between layers: the residual stream.
  public var hiddenSize: Int
  /// Values within a feed-forward layer.
  public var intermediateSize: Int
  /// Layers, each of attention and feed-forward.
  public var layers: Int
  /// Heads of the queries.
  public var heads: Int
  /// Heads of keys and values, each of which serves `heads / keyValueHeads` query heads.
  public var keyValueHeads: Int
  /// Tokens that there are.
  public var vocabularySize: Int
  /// The longest sequence, in tokens.
  public var contextLength: Int
  /// The base of the rotations of queries and keys: pair i of a head turns by position * theta^(-2 i / headSize).
  public var ropeTheta: Double
  /// What is added to the mean square before its root is taken.
  public var normEpsilon: Float
  /// Whether the classifier is the embedding table.
  public var isTied: Bool

  /// Values of a head.
  public var headSize: Int { hiddenSize / heads }
  /// Values of all heads of a key, or of a value.
  public var keyValueSize: Int { keyValueHeads * headSize }

  private enum CodingKeys: String, CodingKey {
    case hiddenSize = "hidden_size"
    case intermediateSize = "intermediate_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case keyValueHeads = "num_key_value_heads"
    case vocabularySize = "vocab_size"
    case contextLength = "max_position_embeddings"
    case ropeTheta = "rope_theta"
    case normEpsilon = "rms_norm_eps"
    case isTied = "tie_word_embeddings"
  }

  /// A configuration of the given sizes, held to what the architecture asks of them.
  /// - Throws: `TransformerConfigurationError` when no network has these sizes.
  public init(
    hiddenSize: Int, intermediateSize: Int, layers: Int, heads: Int, keyValueHeads: Int, vocabularySize: Int,
    contextLength: Int, ropeTheta: Double = 10_000, normEpsilon: Float = 1e-5, isTied: Bool
  ) throws(TransformerConfigurationError) {
    (self.hiddenSize, self.intermediateSize, self.layers) = (hiddenSize, intermediateSize, layers)
    (self.heads, self.keyValueHeads, self.vocabularySize) = (heads, keyValueHeads, vocabularySize)
    (self.contextLength, self.ropeTheta, self.normEpsilon) = (contextLength, ropeTheta, normEpsilon)
    self.isTied = isTied
    try check()
  }

  /// The largest that a size may be; all products of two sizes then fit 63 bits, and a token fits 31.
  private static let largest = 1 << 24

  private func check() throws(TransformerConfigurationError) {
    let sizes: [(CodingKeys, Int)] = [
      (.hiddenSize, hiddenSize), (.intermediateSize, intermediateSize), (.layers, layers), (.heads, heads),
      (.keyValueHeads, keyValueHeads), (.vocabularySize, vocabularySize), (.contextLength, contextLength),
    ]
    for (key, size) in sizes where !(1...Self.largest).contains(size) {
      throw .init(key: key.rawValue, expected: "1 to \(Self.largest)", found: "\(size)")
    }
    guard layers <= 4096 else {
      throw .init(key: CodingKeys.layers.rawValue, expected: "at most 4096", found: "\(layers)")
    }
    guard hiddenSize % heads == 0, headSize % 2 == 0 else {
      throw .init(
        key: CodingKeys.heads.rawValue, expected: "heads of an even size that fill hidden_size \(hiddenSize)",
        found: "\(heads)")
    }
    guard heads % keyValueHeads == 0 else {
      throw .init(
        key: CodingKeys.keyValueHeads.rawValue, expected: "a divisor of num_attention_heads \(heads)",
        found: "\(keyValueHeads)")
    }
    guard ropeTheta.isFinite, ropeTheta > 1 else {
      throw .init(key: CodingKeys.ropeTheta.rawValue, expected: "a number above 1", found: "\(ropeTheta)")
    }
    guard normEpsilon.isFinite, normEpsilon > 0 else {
      throw .init(key: CodingKeys.normEpsilon.rawValue, expected: "a number above 0", found: "\(normEpsilon)")
    }
  }

  /// Reads and checks.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      hiddenSize: values.decode(Int.self, forKey: .hiddenSize),
      intermediateSize: values.decode(Int.self, forKey: .intermediateSize),
      layers: values.decode(Int.self, forKey: .layers), heads: values.decode(Int.self, forKey: .heads),
      keyValueHeads: values.decode(Int.self, forKey: .keyValueHeads),
      vocabularySize: values.decode(Int.self, forKey: .vocabularySize),
      contextLength: values.decode(Int.self, forKey: .contextLength),
      ropeTheta: values.decode(Double.self, forKey: .ropeTheta),
      normEpsilon: values.decode(Float.self, forKey: .normEpsilon),
      isTied: values.decode(Bool.self, forKey: .isTied))
  }
}

/// Sizes that no network has.
public struct TransformerConfigurationError: Error, Equatable, CustomStringConvertible {
  /// Which of them, by its name in config.json.
  public let key: String
  /// What it may be, and what it is.
  public let expected, found: String

  /// One line.
  public var description: String { "\(key): expected \(expected), found \(found)" }
}
