import Foundation
import Transformer

/// SmoothQuant's folding: s[c] = max|x[c]|^alpha / max|w[c]|^(1 - alpha) for channel c of the rows that a norm makes; the norm's
/// weights are divided by it and the matrices' columns multiplied, which changes no product (Xiao et al. 2023, eq. 4).
struct Smoothing {
  /// What the columns of a group's matrices are multiplied by, by the group's first tensor.
  private let factors: [TransformerTensor: [Float]]

  /// Below it, a channel's extremes count as this.
  private static let least: Float = 1e-5

  /// None.
  init() { factors = [:] }

  /// Reads the matrices that norms feed.
  init(_ model: TransformerCheckpoint, _ statistics: TransformerStatistics, alpha: Float) throws {
    var factors: [TransformerTensor: [Float]] = [:]
    for group in TransformerTensor.groups(model.configuration) where group[0].norm != nil {
      let width = group[0].shape(model.configuration)[1]
      var columns = [Float](repeating: 0, count: width)
      for tensor in group {
        let rows = try MatrixRows(tensor, of: model, factors: nil)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { row in
          for index in 0..<rows.out {
            rows.read(index, into: row)
            for column in 0..<width { columns[column] = max(columns[column], abs(row[column])) }
          }
        }
      }
      let largest = statistics.largest[group[0]] ?? []
      factors[group[0]] = zip(largest, columns).map { x, w in
        max(Self.least, pow(max(x, Self.least), alpha) / pow(max(w, Self.least), 1 - alpha))
      }
    }
    self.factors = factors
  }

  /// What the columns of a group's matrices are multiplied by.
  func columns(_ group: TransformerTensor) -> [Float]? { factors[group] }

  /// A norm's weights without what went into the matrices behind it.
  func folded(_ weights: [Float], of norm: TransformerTensor) -> [Float] {
    guard let (_, factors) = factors.first(where: { $0.key.norm == norm }) else { return weights }
    return zip(weights, factors).map { $0 / $1 }
  }

  /// The largest magnitude of what a group reads once it is smoothed.
  func largest(_ values: [Float], of group: TransformerTensor) -> Float {
    guard let factors = factors[group] else { return values.max() ?? 0 }
    return zip(values, factors).map { $0 / $1 }.max() ?? 0
  }
}
