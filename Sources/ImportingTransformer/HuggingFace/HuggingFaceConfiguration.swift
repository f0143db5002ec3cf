import Transformer

/// A folder's config.json: sizes, and all that would change what is computed with them.
///
/// Defaults are those of `LlamaConfig` (github.com/huggingface/transformers). A key that means nothing to the
/// arithmetic of a forward pass is not looked at.
struct HuggingFaceConfiguration {
  let configuration: TransformerConfiguration

  /// Reads a file's content.
  /// - Throws: `HuggingFaceError` naming the key.
  init(_ json: JSONValue) throws(HuggingFaceError) {
    guard let keys = json.object else { throw .key("the file", expected: "an object", found: "\(json)") }
    let reader = KeyReader(keys)
    try Self.checkArchitecture(reader)
    try Self.checkArithmetic(reader)
    let (hiddenSize, heads) = (try reader.integer("hidden_size"), try reader.integer("num_attention_heads"))
    let keyValueHeads = try reader.integer("num_key_value_heads", default: heads)
    let intermediateSize = try reader.integer("intermediate_size")
    let layers = try reader.integer("num_hidden_layers")
    let vocabularySize = try reader.integer("vocab_size")
    let contextLength = try reader.integer("max_position_embeddings", default: 2048)
    let ropeTheta = try Self.ropeTheta(reader)
    let epsilon = Float(try reader.number("rms_norm_eps", default: 1e-6))
    let isTied = try reader.bool("tie_word_embeddings", default: false)
    do throws(TransformerConfigurationError) {
      configuration = try TransformerConfiguration(
        hiddenSize: hiddenSize, intermediateSize: intermediateSize, layers: layers, heads: heads,
        keyValueHeads: keyValueHeads, vocabularySize: vocabularySize, contextLength: contextLength,
        ropeTheta: ropeTheta, normEpsilon: epsilon, isTied: isTied)
    } catch {
      throw .configuration(error)
    }
    let headSize = try reader.integer("head_dim", default: configuration.headSize)
    guard headSize == configuration.headSize else {
      throw .key("head_dim", expected: "\(configuration.headSize), hidden_size by heads", found: "\(headSize)")
    }
  }

  private static func checkArchitecture(_ keys: KeyReader) throws(HuggingFaceError) {
    let expected = "LlamaForCausalLM"
    switch keys["architectures"] {
    case .array(let names)? where names == [.string(expected)]: break
    case .array(let names)? where names.count == 1:
      throw .key("architectures", expected: expected, found: "\(names[0])")
    case let other: throw .key("architectures", expected: expected, found: other.map { "\($0)" } ?? "nothing")
    }
    if let type = keys["model_type"], type != .string("llama") {
      throw .key("model_type", expected: "'llama'", found: "\(type)")
    }
  }

  /// Refuses what is computed otherwise than Octavo does.
  private static func checkArithmetic(_ keys: KeyReader) throws(HuggingFaceError) {
    for key in ["attention_bias", "mlp_bias"] where try keys.bool(key, default: false) {
      throw .key(key, expected: "false", found: "true")
    }
    if let activation = keys["hidden_act"], activation != .string("silu") {
      throw .key("hidden_act", expected: "'silu'", found: "\(activation)")
    }
    for key in ["rope_scaling", "quantization_config"] {
      if let value = keys[key] { throw .key(key, expected: "null", found: "\(value)") }
    }
    let share = try keys.number("partial_rotary_factor", default: 1)
    guard share == 1 else { throw .key("partial_rotary_factor", expected: "1", found: "\(share)") }
  }

  /// The base of the rotations, which newer files hold in an object of its own.
  private static func ropeTheta(_ keys: KeyReader) throws(HuggingFaceError) -> Double {
    guard let value = keys["rope_parameters"] else { return try keys.number("rope_theta", default: 10_000) }
    guard let members = value.object else {
      throw .key("rope_parameters", expected: "an object", found: "\(value)")
    }
    let parameters = KeyReader(members, prefix: "rope_parameters.")
    for (key, value) in members.sorted(by: { $0.key < $1.key }) where value != .null {
      switch key {
      case "rope_theta": break
      case "rope_type", "type":
        guard value == .string("default") else {
          throw .key("rope_parameters.\(key)", expected: "'default'", found: "\(value)")
        }
      case "partial_rotary_factor" where value.double == 1: break
      default: throw .key("rope_parameters", expected: "rope_theta and rope_type", found: "\(JSONValue.string(key))")
      }
    }
    return try parameters.number("rope_theta", default: keys.number("rope_theta", default: 10_000))
  }
}

/// Values by key; null is as good as none.
private struct KeyReader {
  private let keys: [String: JSONValue]
  private let prefix: String

  init(_ keys: [String: JSONValue], prefix: String = "") { (self.keys, self.prefix) = (keys, prefix) }

  subscript(key: String) -> JSONValue? {
    guard let value = keys[key], value != .null else { return nil }
    return value
  }

  func integer(_ key: String, default other: Int? = nil) throws(HuggingFaceError) -> Int {
    guard let value = self[key] else {
      guard let other else { throw .key(prefix + key, expected: "an integer", found: "nothing") }
      return other
    }
    guard case .integer(let number) = value else {
      throw .key(prefix + key, expected: "an integer", found: "\(value)")
    }
    return number
  }

  func number(_ key: String, default other: Double) throws(HuggingFaceError) -> Double {
    guard let value = self[key] else { return other }
    guard let number = value.double else { throw .key(prefix + key, expected: "a number", found: "\(value)") }
    return number
  }

  func bool(_ key: String, default other: Bool) throws(HuggingFaceError) -> Bool {
    guard let value = self[key] else { return other }
    guard case .bool(let bool) = value else {
      throw .key(prefix + key, expected: "true or false", found: "\(value)")
    }
    return bool
  }
}
