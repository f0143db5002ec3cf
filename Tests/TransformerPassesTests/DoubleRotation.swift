import Tensors
import Transformer

/// A rotation as its definition has it, in double: blocks of entries (-1)^(ones of i and j) / sqrt(size), Sylvester's matrix.
struct DoubleRotation {
  let size: Int

  /// The largest power of two that divides a width, by trial.
  init(dividing width: Int) {
    var size = 1
    while width % (2 * size) == 0 { size *= 2 }
    self.size = size
  }

  /// An entry of a block.
  func entry(_ i: Int, _ j: Int) -> Double {
    ((i & j).nonzeroBitCount % 2 == 0 ? 1 : -1) / Double(size).squareRoot()
  }

  /// A row times the rotation.
  func turned(_ row: [Double]) -> [Double] {
    row.indices.map { j in
      let first = j / size * size
      return (0..<size).reduce(0) { $0 + row[first + $1] * entry($1, j - first) }
    }
  }

  /// What a float network's tensors become, from the formulas: E Q, W diag(g) Q, H W diag(g) Q, Q W H, Q W, ones.
  static func fold(
    _ tensor: TransformerTensor, of configuration: TransformerConfiguration,
    _ values: (TransformerTensor) throws -> [Float]
  ) rethrows -> [[Double]] {
    let (stream, head) = (Self(dividing: configuration.hiddenSize), Self(dividing: configuration.headSize))
    func rows(_ tensor: TransformerTensor, norm: TransformerTensor? = nil) throws -> [[Double]] {
      let (all, width) = (try values(tensor), tensor.shape(configuration)[1])
      let factors = try norm.map(values) ?? [Float](repeating: 1, count: width)
      return stride(from: 0, to: all.count, by: width).map { begin in
        (0..<width).map { Double(all[begin + $0]) * Double(factors[$0]) }
      }
    }
    func transposed(_ rows: [[Double]]) -> [[Double]] { rows[0].indices.map { column in rows.map { $0[column] } } }
    func columns(_ turn: Self, _ rows: [[Double]]) -> [[Double]] { transposed(transposed(rows).map(turn.turned)) }
    switch tensor {
    case .embedding: return try rows(tensor).map(stream.turned)
    case .query(let i), .key(let i): return try rows(tensor, norm: .attentionNorm(i)).map(stream.turned)
    case .gate(let i), .up(let i): return try rows(tensor, norm: .feedForwardNorm(i)).map(stream.turned)
    case .classifier:
      return try rows(configuration.isTied ? .embedding : .classifier, norm: .norm).map(stream.turned)
    case .value(let i): return columns(head, try rows(tensor, norm: .attentionNorm(i)).map(stream.turned))
    case .attentionOutput: return columns(stream, try rows(tensor).map(head.turned))
    case .down: return columns(stream, try rows(tensor))
    case .attentionNorm, .feedForwardNorm, .norm:
      return [[Double](repeating: 1, count: configuration.hiddenSize)]
    }
  }
}
