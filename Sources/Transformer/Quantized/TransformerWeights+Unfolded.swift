extension TransformerWeights {
  /// The rows that a group of matrices reads as the weights from which conversion made these would have them: turned back, and
  /// with what the norm gave to the matrices, so that both can be compared.
  /// - Parameters:
  ///   - tensor: the first tensor of the group, or the classifier.
  ///   - float: the weights that were converted.
  package func unfolded(
    _ rows: UnsafeBufferPointer<Float>, of tensor: TransformerTensor, as float: TransformerWeights
  ) -> [Float] {
    var rows = Array(rows)
    if let turn = rotation?.terms(of: tensor) {
      // Q is its own inverse.
      rows.withUnsafeMutableBufferPointer { rows in
        if let first = rows.baseAddress { turn.turn(first, count: rows.count / turn.size) }
      }
    }
    let (own, other) = (norm(before: tensor), float.norm(before: tensor))
    guard own != other else { return rows }
    for index in rows.indices {
      let channel = index % own.count
      if own[channel] != 0 { rows[index] *= other[channel] / own[channel] }
    }
    return rows
  }

  /// The weights of the norm that makes what a group reads; none where no norm does.
  private func norm(before tensor: TransformerTensor) -> [Float] {
    switch tensor.norm {
    case .attentionNorm(let layer): layers[layer].attentionNorm
    case .feedForwardNorm(let layer): layers[layer].feedForwardNorm
    default: tensor == .classifier ? norm : []
    }
  }
}
