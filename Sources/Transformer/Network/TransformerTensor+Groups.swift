extension TransformerTensor {
  /// The matrices of a network that read the same rows, in the order in which they are used; the first of each names the
  /// group.
  public static func groups(_ configuration: TransformerConfiguration) -> [[TransformerTensor]] {
    (0..<configuration.layers).flatMap { i -> [[TransformerTensor]] in
      [[.query(i), .key(i), .value(i)], [.attentionOutput(i)], [.gate(i), .up(i)], [.down(i)]]
    } + [[configuration.isTied ? .embedding : .classifier]]
  }

  /// The first of the matrices that read the same rows as the matrix.
  public var group: TransformerTensor {
    switch self {
    case .key(let layer), .value(let layer): .query(layer)
    case .up(let layer): .gate(layer)
    default: self
    }
  }

  /// The norm that makes the rows that the matrix reads, where one does: its weights can take what is folded out of them.
  public var norm: TransformerTensor? {
    switch self {
    case .query(let layer), .key(let layer), .value(let layer): .attentionNorm(layer)
    case .gate(let layer), .up(let layer): .feedForwardNorm(layer)
    default: nil
    }
  }

  /// The layer that it belongs to, nil for those that stand before or behind all.
  public var layer: Int? {
    switch self {
    case .embedding, .norm, .classifier: nil
    case .attentionNorm(let layer), .query(let layer), .key(let layer), .value(let layer), .attentionOutput(let layer),
      .feedForwardNorm(let layer), .gate(let layer), .up(let layer), .down(let layer):
      layer
    }
  }
}
