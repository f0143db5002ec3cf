/// A GGUF file's keys, as llama.cpp names them: those that Octavo reads as well as writes.
package enum GGUFKey {
  /// How the keys of Llama's architecture begin, and those about tokens.
  package static let (llama, tokenizer) = ("llama.", "tokenizer.ggml.")

  package static let architecture = "general.architecture"
  package static let blockCount = llama + "block_count"
  package static let contextLength = llama + "context_length"
  package static let embeddingLength = llama + "embedding_length"
  package static let feedForwardLength = llama + "feed_forward_length"
  package static let headCount = llama + "attention.head_count"
  package static let keyValueHeadCount = llama + "attention.head_count_kv"
  package static let normEpsilon = llama + "attention.layer_norm_rms_epsilon"
  package static let ropeDimensions = llama + "rope.dimension_count"
  package static let ropeBase = llama + "rope.freq_base"
  package static let vocabularySize = llama + "vocab_size"

  /// SentencePiece's `llama` or GPT-2's `gpt2`.
  package static let model = tokenizer + "model"
  /// How text is cut into words.
  package static let words = tokenizer + "pre"
  package static let tokens = tokenizer + "tokens"
  package static let scores = tokenizer + "scores"
  package static let kinds = tokenizer + "token_type"
  package static let merges = tokenizer + "merges"
  package static let beginning = tokenizer + "bos_token_id"
  /// The tokens that end a text, a turn and a message.
  package static let ends = ["eos_token_id", "eot_token_id", "eom_token_id"].map { tokenizer + $0 }
  package static let addsBeginning = tokenizer + "add_bos_token"
  package static let addsBlank = tokenizer + "add_space_prefix"
}
