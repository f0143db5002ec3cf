extension TransformerWeights {
  /// Weights in integers.
  /// - Parameters:
  ///   - norm: the values of a norm's tensor.
  ///   - matrix: a matrix.
  ///   - activationScale: the scale of the rows that a group of matrices reads, where the scheme's are fixed.
  public init(
    _ configuration: TransformerConfiguration, scheme: TransformerScheme,
    norm: (TransformerTensor) throws -> [Float], matrix: (TransformerTensor) throws -> PackedMatrix,
    activationScale: (TransformerTensor) throws -> Float
  ) rethrows {
    let embedding = try matrix(.embedding)
    try self.init(configuration, embedding: PackedEmbedding(matrix: embedding), norm: norm) { tensors in
      let matrices = try tensors.map { $0 == .embedding ? embedding : try matrix($0) }
      switch scheme.activations {
      case .perToken: return Int8Product(matrices, activations: .perToken)
      case .fixed: return Int8Product(matrices, activations: .fixed(try activationScale(tensors[0])))
      case .none: return WeightOnlyProduct(matrices)
      }
    }
  }
}
