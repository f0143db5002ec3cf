/// A network's numbers, ready for its engine.
public struct TransformerWeights: Sendable {
  /// A layer's.
  package struct Layer: Sendable {
    let attentionNorm: [Float]
    /// Queries, keys and values.
    let attentionInput: any RowsProduct
    let attentionOutput: any RowsProduct
    let feedForwardNorm: [Float]
    /// Gate and up.
    let feedForwardInput: any RowsProduct
    let feedForwardOutput: any RowsProduct
  }

  /// The network's sizes.
  public let configuration: TransformerConfiguration
  /// How a cache keeps the keys and values that these weights make.
  public let keyValuePrecision: KeyValuePrecision
  /// What is folded into them.
  let rotation: FoldedRotation?
  package let embedding: any EmbeddingRows
  let layers: [Layer]
  let norm: [Float]
  let classifier: any RowsProduct

  /// The numbers that `norm` and `product` read.
  /// - Parameters:
  ///   - norm: the values of a norm's tensor.
  ///   - embedding: the rows of tokens.
  ///   - product: the product of matrices that read the same rows.
  package init(
    _ configuration: TransformerConfiguration, keyValuePrecision: KeyValuePrecision = .float32,
    rotation: FoldedRotation? = nil, embedding: any EmbeddingRows,
    norm: (TransformerTensor) throws -> [Float], product: ([TransformerTensor]) throws -> any RowsProduct
  ) rethrows {
    (self.configuration, self.keyValuePrecision) = (configuration, keyValuePrecision)
    (self.embedding, self.rotation) = (embedding, rotation)
    layers = try (0..<configuration.layers).map { i in
      Layer(
        attentionNorm: try norm(.attentionNorm(i)),
        attentionInput: try product([.query(i), .key(i), .value(i)]),
        attentionOutput: try product([.attentionOutput(i)]),
        feedForwardNorm: try norm(.feedForwardNorm(i)),
        feedForwardInput: try product([.gate(i), .up(i)]),
        feedForwardOutput: try product([.down(i)]))
    }
    self.norm = try norm(.norm)
    classifier = try product([configuration.isTied ? .embedding : .classifier])
  }

  /// Float32 weights.
  /// - Parameter values: the elements of a tensor.
  public init(
    _ configuration: TransformerConfiguration, float values: (TransformerTensor) throws -> [Float]
  ) rethrows {
    let embedding = try values(.embedding)
    try self.init(
      configuration, embedding: FloatEmbedding(size: configuration.hiddenSize, values: embedding),
      norm: values
    ) { tensors in
      FloatProduct(
        inner: tensors[0].shape(configuration)[1],
        try tensors.map { $0 == .embedding ? embedding : try values($0) })
    }
  }
}
