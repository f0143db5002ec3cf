import Reporting
import Tables

/// How far an evaluation may fall behind the baseline: `baseline` in a pipeline's `limits.yaml`.
///
/// All three are to be given; one that shall hold nothing is `.inf`.
public struct Allowances: Sendable, Equatable, Codable {
  /// The most that int8 may lose against the baseline's int8, in percentage points.
  public var accuracyDropPoints: Double
  /// The most that the int8 file may measure, as a multiple of the baseline's int8 file.
  public var sizeGrowth: Double
  /// The share that may be lost of the baseline's speed of int8 over float32: at 0.5, four times as fast may become
  /// twice as fast. Seconds are never compared, for they are the machine's.
  public var speedRatioLoss: Double

  enum CodingKeys: String, CodingKey {
    case accuracyDropPoints = "accuracy_drop_points"
    case sizeGrowth = "size_growth"
    case speedRatioLoss = "speed_ratio_loss"
  }

  /// The given allowances.
  public init(accuracyDropPoints: Double, sizeGrowth: Double, speedRatioLoss: Double) {
    self.accuracyDropPoints = accuracyDropPoints
    self.sizeGrowth = sizeGrowth
    self.speedRatioLoss = speedRatioLoss
  }

  /// Holds figures against a scheme's entry in a baseline.
  ///
  /// Without an entry, or on another dataset than the entry's, there is one verdict, which says so and does not hold.
  public func verdicts(on figures: Figures, scheme: String, against baseline: Baseline) -> [Verdict] {
    func unheld(_ problem: String) -> [Verdict] {
      [.init(scheme: scheme, limit: "baseline", problem: problem, run: figures.run)]
    }
    guard let entry = baseline.schemes[scheme] else {
      return unheld("no such scheme in the baseline; run `make baseline` with it among SCHEMES")
    }
    let images = Int(exactly: figures.images).map { "\($0)" } ?? Figures.text(figures.images)
    guard figures.dataset == entry.dataset && figures.images == Double(entry.images) else {
      return unheld(
        "evaluated on \(images) images of \(figures.dataset), the baseline on \(entry.images) "
          + "of \(entry.dataset); evaluate on those, or run `make baseline`")
    }
    func verdict(_ key: String, _ what: String, _ measured: String, _ allowed: Double, _ holds: Bool) -> Verdict {
      Verdict(
        scheme: scheme, limit: "baseline.\(key)", what: "\(what) against the baseline", measured: measured,
        allowed: Figures.text(allowed), run: figures.run, holds: holds)
    }
    let drop = AccuracyDrop(from: Double(entry.int8Correct) / Double(entry.images), to: figures.int8)
    let growth = figures.int8Bytes / Double(entry.int8Bytes)
    let loss = 1 - figures.speedRatio / entry.speedRatio
    let (now, then) = (Figures.text(figures.speedRatio), Figures.text(entry.speedRatio))
    return [
      verdict(
        "accuracy_drop_points", "int8 accuracy drop", "\(Figures.text(drop.points)) points", accuracyDropPoints,
        drop.isWithin(points: accuracyDropPoints)),
      verdict("size_growth", "int8 size", "\(Figures.text(growth)) times", sizeGrowth, growth <= sizeGrowth),
      verdict(
        "speed_ratio_loss", "speed ratio loss",
        "\(Figures.text(loss)) (int8 \(now) times as fast as float32, was \(then))",
        speedRatioLoss, loss <= speedRatioLoss),
    ]
  }
}
