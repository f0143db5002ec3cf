import Foundation

/// McNemar's exact test for two classifiers that saw the same images: could the difference of their accuracies be chance?
///
/// Only the images that one of the two gets wrong tell anything. If both were equally good, each such image would fall to
/// either side like a coin, so their counts follow a binomial distribution with p = 1/2.
/// Source: Q. McNemar, Psychometrika 12 (1947) 153-157; exact binomial form.
public struct PairedTest: Sendable, Equatable {
  /// Images that the first alone classifies rightly.
  public let onlyFirst: Int
  /// Images that the second alone classifies rightly.
  public let onlySecond: Int

  /// The test of the given counts.
  /// - Precondition: neither is negative.
  public init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "counts of images")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
  }

  /// How often two equally good classifiers would differ at least as much, two-sided, 0 to 1; 1 where neither is ever
  /// right alone.
  public var pValue: Double {
    let count = onlyFirst + onlySecond
    // Terms by logarithms: C(n, k) leaves a Double's range from n = 1030 on.
    let tail = (0...min(onlyFirst, onlySecond)).reduce(0.0) { sum, k in
      let logarithm =
        lgamma(Double(count + 1)) - lgamma(Double(k + 1)) - lgamma(Double(count - k + 1)) - Double(count) * log(2)
      return sum + exp(logarithm)
    }
    return min(1, 2 * tail)
  }
}
