import Foundation

/// value = factor * size ^ exponent, fitted by least squares to the logarithms of both.
public struct PowerLaw: Sendable, Equatable {
  /// 1 where twice the size takes twice the time, 0 where size does not matter.
  public let exponent: Double
  /// The value at size 1.
  public let factor: Double

  /// The law of some sizes and their values, one for each.
  /// - Returns: nil where fewer than two sizes differ, or a size or value is not positive and finite.
  public init?(_ sizes: [Double], _ values: [Double]) {
    precondition(sizes.count == values.count, "a value for each size")
    guard (sizes + values).allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let (x, y) = (sizes.map { log($0) }, values.map { log($0) })
    let count = Double(sizes.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let square = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    guard square > 0 else { return nil }
    exponent = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / square
    factor = exp(meanY - exponent * meanX)
  }
}
