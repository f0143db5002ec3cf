import Files
import StageKit
import Tokenizers

/// A tokenizer's file beside a model.
package enum ImportedVocabulary {
  /// The vocabulary of a file: SentencePiece's where its name ends in `.model`, else llama2.c's.
  /// - Parameter count: the model's tokens.
  /// - Throws: `ConfigError` naming the file, `FileError`.
  package static func read(_ path: String, count: Int) throws -> Vocabulary {
    let file = StageFile(path: path, content: try FileBytes(of: path))
    return try file.naming {
      let bytes = file.content.copy
      let vocabulary =
        path.hasSuffix(".model")
        ? try Vocabulary(sentencePieceModel: bytes) : try Vocabulary(tokenizerBin: bytes, count: count)
      guard vocabulary.pieces.count == count else {
        throw TransformerStageError.otherVocabulary(expected: count, found: vocabulary.pieces.count)
      }
      return vocabulary
    }
  }
}
