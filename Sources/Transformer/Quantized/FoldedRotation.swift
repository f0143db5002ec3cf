/// Rotations that are folded into a network's weights, so that nothing turns when it runs: the part of QuaRot (Ashkboos et al.
/// 2024) that costs nothing there.
///
/// Q turns the residual stream, H each head's values: Hadamard matrices of the largest power of two that divides the width, one
/// block behind the other. Both are orthogonal and their own inverses. A norm whose weights are ones commutes with Q, so the
/// norms' weights g go into the matrices that read them first:
///
///     embedding      E Q                queries, keys, gate, up, classifier   W diag(g) Q
///     values         H W diag(g) Q      sum of heads   Q W H      down   Q W
///
/// A tied classifier becomes a matrix of its own: g, of the last norm, stands in it and not in the embedding.
package struct FoldedRotation: Sendable {
  private let stream: HadamardRotation
  /// Nil where the cache turns values itself: twice would be not at all.
  private let head: HadamardRotation?

  /// The rotations of a network's sizes.
  init(_ configuration: TransformerConfiguration, keyValueCache: KeyValuePrecision?) {
    stream = HadamardRotation(dividing: configuration.hiddenSize)
    head = keyValueCache == .int8Rotated ? nil : HadamardRotation(dividing: configuration.headSize)
  }

  /// What turns the rows that a matrix reads, and so its own; of the embedding, the rows that it gives.
  package func terms(of tensor: TransformerTensor) -> HadamardRotation? {
    switch tensor {
    case .embedding, .query, .key, .value, .gate, .up, .classifier: stream
    case .attentionOutput: head
    case .attentionNorm, .feedForwardNorm, .norm, .down: nil
    }
  }

  /// What turns what a matrix makes, and so its columns.
  package func outputs(of tensor: TransformerTensor) -> HadamardRotation? {
    switch tensor {
    case .attentionOutput, .down: stream
    case .value: head
    default: nil
    }
  }

  /// The norm whose weights go into a matrix.
  package func norm(of tensor: TransformerTensor) -> TransformerTensor? { tensor == .classifier ? .norm : tensor.norm }
}

extension TransformerScheme {
  /// What is folded into the weights of a network; nil for no rotation.
  package func foldedRotation(of configuration: TransformerConfiguration) -> FoldedRotation? {
    rotation.map { _ in FoldedRotation(configuration, keyValueCache: keyValueCache) }
  }

  /// The sizes of what a float network becomes: its own, but a network that is turned has a classifier of its own.
  public func converted(_ configuration: TransformerConfiguration) -> TransformerConfiguration {
    var converted = configuration
    if rotation != nil { converted.isTied = false }
    return converted
  }
}
