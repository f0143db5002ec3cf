/// Where a share that was counted on a sample may truly lie.
public enum ConfidenceInterval {
  /// The two-sided 95 % quantile of the normal distribution.
  private static let quantile = 1.959963984540054

  /// Wilson's 95 % score interval of a share, which stays within 0...1 and means something at 0 and 1 too.
  ///
  ///     (p + z²/2n ± z √(p (1 - p) / n + z²/4n²)) / (1 + z²/n)
  ///
  /// Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209-212.
  /// - Parameters:
  ///   - share: the share that was counted, 0 to 1.
  ///   - count: of how many; all of 0...1 is possible where there were none.
  public static func wilson(share: Double, of count: Int) -> ClosedRange<Double> {
    guard count > 0, share >= 0, share <= 1 else { return 0...1 }
    let n = Double(count)
    let square = quantile * quantile
    let middle = share + square / (2 * n)
    let reach = quantile * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
    let whole = 1 + square / n
    return max(0, (middle - reach) / whole)...min(1, (middle + reach) / whole)
  }
}
