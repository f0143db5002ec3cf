/// What int8 loses of float32's accuracy: above zero where it is worse, below where it happens to be better; NaN where an
/// accuracy is.
public struct AccuracyDrop: Sendable, Hashable {
  /// The share that is lost: `float32 - int8`.
  public let fraction: Double

  /// The drop from one accuracy to another, both 0 to 1.
  public init(from float32: Double, to int8: Double) { fraction = float32 - int8 }

  /// The loss in percentage points.
  public var points: Double { 100 * fraction }

  /// The points to four decimals, as the catalog's view `accuracy_drop` has them.
  public var roundedPoints: Double { (1e6 * fraction).rounded() / 1e4 }

  /// Whether no more than so many points are lost; false for NaN.
  public func isWithin(points limit: Double) -> Bool {
    // Accuracies are counts over counts: a hundred-millionth of a point is no image.
    points <= limit + 1e-8
  }

  /// The loss as reports write it: `+0.13 points` where int8 is worse.
  package var text: String { Format.points(fraction) }

  /// The same as a change of int8's accuracy: `-0.13 points` where it is worse.
  package var changeText: String { Format.points(-fraction) }
}
