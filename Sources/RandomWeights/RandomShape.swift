import Transformer

/// A network whose sizes are those of a published one: what `--shape` names. How fast it is depends on nothing else.
public enum RandomShape: String, Sendable, CaseIterable {
  /// stories15M of github.com/karpathy/llama2.c.
  case stories15M = "15m"
  /// stories110M of the same, with a longer context and a classifier of its own.
  case stories110M = "110m"
  /// TinyLlama 1.1B.
  case tinyLlama = "1.1b"
  /// Llama 2 7B.
  case llama2 = "7b"

  /// The sizes.
  public func configuration() throws(TransformerConfigurationError) -> TransformerConfiguration {
    switch self {
    case .stories15M:
      try TransformerConfiguration(
        hiddenSize: 288, intermediateSize: 768, layers: 6, heads: 6, keyValueHeads: 6, vocabularySize: 32_000,
        contextLength: 256, isTied: true)
    case .stories110M:
      try TransformerConfiguration(
        hiddenSize: 768, intermediateSize: 2048, layers: 12, heads: 12, keyValueHeads: 12, vocabularySize: 32_000,
        contextLength: 2048, isTied: false)
    case .tinyLlama:
      try TransformerConfiguration(
        hiddenSize: 2048, intermediateSize: 5632, layers: 22, heads: 32, keyValueHeads: 4, vocabularySize: 32_000,
        contextLength: 2048, isTied: false)
    case .llama2:
      try TransformerConfiguration(
        hiddenSize: 4096, intermediateSize: 11_008, layers: 32, heads: 32, keyValueHeads: 32, vocabularySize: 32_000,
        contextLength: 4096, isTied: false)
    }
  }
}
