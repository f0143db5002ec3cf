import Tensors

/// A tensor of a network of Llama's architecture. Matrices are (out, in): a row for each output.
///
/// Names, and the order of the rows of queries and keys, are those of Meta's checkpoints: values 2 i and 2 i + 1 of a head
/// are a pair that turns together. (Hugging Face's files hold the first halves of all pairs, then the second ones.)
public enum TransformerTensor: Sendable, Hashable {
  /// A row for each token.
  case embedding
  /// The weights of the norm before a layer's attention.
  case attentionNorm(Int)
  /// Makes queries, keys, values; and the sum of heads.
  case query(Int), key(Int), value(Int), attentionOutput(Int)
  /// The weights of the norm before a layer's feed-forward part.
  case feedForwardNorm(Int)
  /// w1, w3 and w2 of w2 (silu(w1 x) * w3 x).
  case gate(Int), up(Int), down(Int)
  /// The weights of the last norm.
  case norm
  /// Makes a token's logit of each row; the embedding itself where a network is tied.
  case classifier

  /// All that a network of the given sizes has, in the order in which they are used.
  public static func all(_ configuration: TransformerConfiguration) -> [TransformerTensor] {
    let layers = (0..<configuration.layers).flatMap { i -> [TransformerTensor] in
      [
        .attentionNorm(i), .query(i), .key(i), .value(i), .attentionOutput(i), .feedForwardNorm(i), .gate(i), .up(i),
        .down(i),
      ]
    }
    return [.embedding] + layers + [.norm] + (configuration.isTied ? [] : [.classifier])
  }

  /// What it is called in a file.
  public var name: String {
    switch self {
    case .embedding: "tok_embeddings.weight"
    case .attentionNorm(let layer): "layers.\(layer).attention_norm.weight"
    case .query(let layer): "layers.\(layer).attention.wq.weight"
    case .key(let layer): "layers.\(layer).attention.wk.weight"
    case .value(let layer): "layers.\(layer).attention.wv.weight"
    case .attentionOutput(let layer): "layers.\(layer).attention.wo.weight"
    case .feedForwardNorm(let layer): "layers.\(layer).ffn_norm.weight"
    case .gate(let layer): "layers.\(layer).feed_forward.w1.weight"
    case .up(let layer): "layers.\(layer).feed_forward.w3.weight"
    case .down(let layer): "layers.\(layer).feed_forward.w2.weight"
    case .norm: "norm.weight"
    case .classifier: "output.weight"
    }
  }

  /// Its sizes: (out, in), or (values) of a norm.
  public func shape(_ configuration: TransformerConfiguration) -> Shape {
    let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    return switch self {
    case .embedding, .classifier: [configuration.vocabularySize, hidden]
    case .attentionNorm, .feedForwardNorm, .norm: [hidden]
    case .query, .attentionOutput: [hidden, hidden]
    case .key, .value: [configuration.keyValueSize, hidden]
    case .gate, .up: [inner, hidden]
    case .down: [hidden, inner]
    }
  }

  /// Whether it is multiplied by rows of activations: what quantization is about.
  public var isMatrix: Bool {
    switch self {
    case .attentionNorm, .feedForwardNorm, .norm: false
    default: true
    }
  }
}
