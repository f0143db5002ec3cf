import Files
import Kernels
import StageKit
import Transformer

/// A model's first token, from nothing.
package enum FirstToken {
  /// Opens a checkpoint and finds the logits of what may follow one token.
  /// - Throws: `ConfigError` naming the file, `FileError`.
  package static func make(from path: String, compute: Compute) throws {
    let model = try StageFile(path: path, content: try FileBytes(of: path)).transformer()
    let engine = TransformerEngine(try model.weights(), compute: compute)
    _ = engine.logits(after: [1], into: engine.cache(capacity: 1))
  }
}
