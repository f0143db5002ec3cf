import Tensors
import Transformer

/// What a network costs for each token.
public struct TokenCost: Sendable, Equatable, Codable {
  /// Multiplications, each with its addition, of the layers' matrices; attention grows with the text and is left out, and of
  /// a prompt only the last token goes through the classifier.
  public let products: Int
  /// Bytes of matrices, scales and sums that are read for a token that is made: all but an embedding that is no classifier.
  public let bytes: Int

  /// A cost of the given parts.
  public init(products: Int, bytes: Int) { (self.products, self.bytes) = (products, bytes) }
}

extension TransformerCheckpoint {
  /// What a token costs.
  public var tokenCost: TokenCost {
    let matrices = TransformerTensor.all(configuration).filter(\.isMatrix)
    let layers = matrices.filter { $0.layer != nil }
    let read = matrices.filter { $0 != .embedding || configuration.isTied }
    return TokenCost(
      products: layers.reduce(0) { $0 + $1.shape(configuration).count },
      bytes: read.flatMap { Self.parts(of: $0, configuration, scheme: scheme) }
        .reduce(0) { $0 + $1.shape.count * $1.byteCount })
  }
}
