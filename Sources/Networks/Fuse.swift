/// Folds what follows a layer into it: batch normalization into the weights, ReLU into the
/// way results are stored.
public enum Fuse {
  /// The model as `FusedModel` fuses it, every normalization folded. `ChannelNorm` has the arithmetic.
  /// - Throws: `NetworkError` when the network's layers do not fit each other, or a folded number is not finite.
  public static func fuse(_ model: FloatModel) throws(NetworkError) -> FloatModel {
    try FusedModel(fusing: model).folded()
  }

  /// How far a fused model's scores may lie from the original's, relative to the largest score.
  ///
  /// Fusing ReLU changes no arithmetic: 0. Folding batch normalization rounds each weight anew, by at most 3 units of
  /// 2^-24, and moves the normalization before the sum, so that a score is off by a few such units per layer and term
  /// that cancels; 2^-14 leaves room for sums that cancel to a hundredth of their terms, and a wrong fold is off by
  /// far more.
  public static func tolerance(from model: FloatModel) -> Float {
    let folds = model.network.layers.contains { $0.operation.normalization != nil }
    return folds ? 0x1p-14 : 0
  }

  /// The largest difference between two models' scores, relative to the largest of the first's; NaN where scores are not
  /// finite.
  public static func difference(_ before: [Float], _ after: [Float]) -> Float {
    let largest = before.reduce(0) { max($0, abs($1)) }
    let distances = zip(before, after).map { abs($0 - $1) }
    // Neither max nor a comparison with it finds a NaN, which must count as a difference.
    guard distances.allSatisfy({ !$0.isNaN }) else { return .nan }
    let apart = distances.max() ?? 0
    return apart == 0 ? 0 : apart / max(largest, .leastNormalMagnitude)
  }
}

/// A fused model that is not the one it was made from.
public enum FuseError: Error, Equatable, CustomStringConvertible {
  /// Scores differ by more than rounding explains, relative to the largest.
  case differs(by: Float, tolerance: Float)

  /// One line.
  public var description: String {
    switch self {
    case .differs(let difference, let tolerance):
      "the fused model's scores differ by \(difference) of the largest, expected at most \(tolerance); "
        + "are the weights and running statistics finite? If not, train again with a lower learning_rate"
    }
  }
}
