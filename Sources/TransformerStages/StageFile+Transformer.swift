import Checkpoints
import Files
import ModelStages
import StageKit
import Tensors
import Tokenizers
import TransformerPasses

extension StageFile {
  /// The float network of Llama's architecture that the file is.
  /// - Throws: `ConfigError` naming the file.
  package func floatTransformer() throws -> TransformerCheckpoint {
    let checkpoint = try checkpoint(of: "import-transformer")
    return try naming { try TransformerCheckpoint(checkpoint) }
  }

  /// The network in integers that the file is.
  /// - Throws: `ConfigError` naming the file.
  package func int8Transformer() throws -> TransformerCheckpoint {
    let checkpoint = try checkpoint(of: "convert-transformer")
    return try naming { try TransformerCheckpoint(checkpoint) }
  }

  /// The network that the file is, in floats or in integers.
  /// - Throws: `ConfigError` naming the file.
  package func transformer() throws -> TransformerCheckpoint {
    let checkpoint = try checkpoint(of: "import-transformer", "convert-transformer")
    return try naming { try TransformerCheckpoint(checkpoint) }
  }

  /// What calibration saw.
  /// - Throws: `ConfigError` naming the file.
  package func statistics(of model: TransformerCheckpoint) throws -> TransformerStatistics {
    let checkpoint = try checkpoint(of: "calibrate-transformer")
    return try naming { try TransformerStatistics(checkpoint, of: model.configuration) }
  }

  /// The text that the file is; what is no UTF-8 in it becomes U+FFFD.
  package var text: String { String(decoding: content.copy, as: UTF8.self) }
}

extension TransformerCheckpoint {
  /// The tensors of the vocabulary that stands beside the weights; none where the model came without.
  /// - Throws: `CheckpointError`.
  package func vocabularyTensors() throws -> [String: Tensor] {
    let names = checkpoint.declarations.map(\.name).filter { $0.hasPrefix(Vocabulary.prefix) }
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try checkpoint.tensor($0)) })
  }

  /// The vocabulary's metadata.
  package var vocabularyMetadata: [String: String] {
    checkpoint.metadata.filter { $0.key.hasPrefix(Vocabulary.prefix) }
  }

  /// The vocabulary that stands beside the weights; nil where the model came without.
  /// - Throws: `TransformerStageError.otherVocabulary` for one of another model, whose tokens this one could not look up;
  ///   `CheckpointError`, `VocabularyError`.
  package func vocabulary() throws -> Vocabulary? {
    let tensors = try vocabularyTensors()
    guard !tensors.isEmpty else { return nil }
    let vocabulary = try Vocabulary(tensors: tensors, metadata: vocabularyMetadata)
    let (expected, found) = (configuration.vocabularySize, vocabulary.pieces.count)
    guard found == expected else { throw TransformerStageError.otherVocabulary(expected: expected, found: found) }
    return vocabulary
  }

  /// The tokenizer that stands beside the weights.
  /// - Throws: `TransformerStageError.noTokenizer`, and as `vocabulary` does.
  package func tokenizer() throws -> Tokenizer {
    guard let vocabulary = try vocabulary() else { throw TransformerStageError.noTokenizer }
    return try Tokenizer(vocabulary)
  }
}

/// What a stage of a transformer needs and did not find.
package enum TransformerStageError: Error, Equatable, CustomStringConvertible {
  /// A model without tokens.
  case noTokenizer
  /// A tokenizer of another model.
  case otherVocabulary(expected: Int, found: Int)
  /// Two models that cannot be compared.
  case otherNetwork
  /// A model with weights or scales that are no numbers.
  case notFinite(model: String, prediction: Int)

  /// One line.
  package var description: String {
    switch self {
    case .noTokenizer:
      "expected a tokenizer beside the weights, found none; run import-transformer with the tokenizer as second input"
    case .otherVocabulary(let expected, let found):
      "the tokenizer has \(found) tokens, the model \(expected); name the model's own"
    case .otherNetwork: "expected two models of one network, found other sizes; convert this float model again"
    case .notFinite(let model, let prediction):
      "the \(model) model's logits at prediction \(prediction): expected numbers, found others; its file is damaged, "
        + "make it again"
    }
  }
}
