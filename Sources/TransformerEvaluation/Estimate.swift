import Kernels

/// A mean, and how far chance may have moved it.
public struct Estimate: Sendable, Equatable, Codable {
  /// The mean.
  public var value: Double
  /// Its standard error: of means of as many other draws, two in three lie within it.
  public var error: Double

  /// The given figures.
  public init(value: Double, error: Double) { (self.value, self.error) = (value, error) }

  /// The mean of some values, taken for independent; of fewer than two the error is 0.
  public init(of values: [Double]) {
    let count = Double(values.count)
    guard count > 0 else {
      self.init(value: 0, error: 0)
      return
    }
    let mean = values.reduce(0, +) / count
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(value: mean, error: count > 1 ? (spread / (count - 1) / count).squareRoot() : 0)
  }

  /// What a smooth function of the mean is, with the error that its slope gives it.
  func map(_ function: (Double) -> Double, slope: (Double) -> Double) -> Estimate {
    Estimate(value: function(value), error: abs(slope(value)) * error)
  }
}

extension TextComparison {
  /// exp of the mean loss.
  public var firstPerplexity: Estimate { Estimate(of: firstLosses).map(grow, slope: grow) }
  /// Likewise of the second.
  public var secondPerplexity: Estimate { Estimate(of: secondLosses).map(grow, slope: grow) }
  /// The second perplexity over the first: the losses are compared prediction by prediction, so that what both find
  /// hard does not count as chance.
  public var perplexityRatio: Estimate {
    Estimate(of: zip(secondLosses, firstLosses).map { $0 - $1 }).map(grow, slope: grow)
  }
  /// The mean divergence of the second from the first, in nats.
  public var divergence: Estimate { Estimate(of: divergences) }
  /// The root of the mean squared change of the probability of the token that came.
  public var probabilityChange: Estimate {
    Estimate(of: changes.map { $0 * $0 }).map({ $0.squareRoot() }, slope: { $0 > 0 ? 0.5 / $0.squareRoot() : 0 })
  }
  /// The share of predictions where both choose the same token.
  public var sameChoice: Estimate {
    let share = predictions > 0 ? 1 - Double(flips.count) / Double(predictions) : 1
    return Estimate(value: share, error: (share * (1 - share) / Double(max(predictions, 1))).squareRoot())
  }

  private func grow(_ x: Double) -> Double { x <= 0 ? exponential(x) : 1 / exponential(-x) }
}
