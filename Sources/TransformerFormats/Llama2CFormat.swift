import Transformer

/// Files of llama2.c: what stands where. (github.com/karpathy/llama2.c: export.py, run.c.)
package enum Llama2CFormat {
  /// The first 32 bits of versions 1 and 2: "ak42".
  package static let magic: UInt32 = 0x616B_3432

  /// Bytes before the weights: seven integers of version 0, which has no sign by which it is known, else 256.
  package static func headerByteCount(isMarked: Bool) -> Int { isMarked ? 256 : 28 }

  /// The tensors in the order of the file, each layer's a tensor of its own; nil for the tables of cosines and of sines
  /// that version 0 has.
  /// - Parameter isMarked: whether the file is of version 1 or 2.
  package static func order(_ configuration: TransformerConfiguration, isMarked: Bool) -> [TransformerTensor?] {
    let layers = 0..<configuration.layers
    let attentionNorms = layers.map(TransformerTensor.attentionNorm)
    let feedForwardNorms = layers.map(TransformerTensor.feedForwardNorm)
    let attention =
      layers.map(TransformerTensor.query) + layers.map(TransformerTensor.key) + layers.map(TransformerTensor.value)
      + layers.map(TransformerTensor.attentionOutput)
    let feedForward =
      layers.map(TransformerTensor.gate) + layers.map(TransformerTensor.down) + layers.map(TransformerTensor.up)
    let classifier: [TransformerTensor] = configuration.isTied ? [] : [.classifier]
    if isMarked {
      return attentionNorms + feedForwardNorms + [.norm, .embedding] + attention + feedForward + classifier
    }
    return [.embedding] + attentionNorms + attention + feedForwardNorms + feedForward + [.norm, nil] + classifier
  }
}
