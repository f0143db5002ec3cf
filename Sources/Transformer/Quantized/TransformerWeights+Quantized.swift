/// A matrix in integers, by what its scales belong to.
public enum QuantizedMatrix: Sendable {
  /// To rows.
  case rows(PackedMatrix)
  /// To groups of a row's terms.
  case groups(GroupedMatrix)
}

extension TransformerWeights {
  /// Weights in integers.
  /// - Parameters:
  ///   - norm: the values of a norm's tensor.
  ///   - matrix: a matrix, of the kind that the scheme asks for.
  ///   - activationScale: the scale of the rows that a group of matrices reads, where the scheme's are fixed.
  ///   - outliers: the columns of matrices that read the same rows that stay float.
  public init(
    _ configuration: TransformerConfiguration, scheme: TransformerScheme,
    norm: (TransformerTensor) throws -> [Float], matrix: (TransformerTensor) throws -> QuantizedMatrix,
    activationScale: (TransformerTensor) throws -> Float,
    outliers: ([TransformerTensor]) throws -> OutlierColumns? = { _ in nil }
  ) rethrows {
    let embedding = try matrix(.embedding)
    let rows: any EmbeddingRows =
      switch embedding {
      case .rows(let matrix): PackedEmbedding(matrix: matrix)
      case .groups(let matrix): GroupedEmbedding(matrix: matrix)
      }
    try self.init(
      configuration, keyValuePrecision: scheme.keyValueCache ?? .float32,
      rotation: scheme.foldedRotation(of: configuration), embedding: rows, norm: norm
    ) { tensors in
      let matrices = try tensors.map { $0 == .embedding ? embedding : try matrix($0) }
      let groups = matrices.compactMap { if case .groups(let matrix) = $0 { matrix } else { nil } }
      if groups.count == matrices.count { return GroupProduct(groups) }
      let packed = matrices.compactMap { if case .rows(let matrix) = $0 { matrix } else { nil } }
      precondition(packed.count == matrices.count, "matrices of both kinds read the same rows")
      switch scheme.activations {
      case .fixed:
        return Int8Product(
          packed, activations: .fixed(try activationScale(tensors[0])), outliers: try outliers(tensors))
      case .none: return WeightOnlyProduct(packed)
      case .perToken, .perGroup:
        return Int8Product(packed, activations: .perToken, outliers: try outliers(tensors))
      }
    }
  }
}
