import Catalog
import Reporting
import Tables

/// What a pipeline promises: the content of its `limits.yaml`.
public struct Limits: Sendable, Equatable, Codable {
  /// The most that int8 may lose against float32, in percentage points.
  public var accuracyDrop: Double
  /// The most that the int8 file may measure, as a share of the float32 file.
  public var sizeRatio: Double
  /// The least accuracy of int8 in percent, by dataset.
  public var accuracyFloor: [String: Double]
  /// How far figures may fall behind the pipeline's `baseline.yaml`; needed where there is one.
  public var baseline: Allowances?

  enum CodingKeys: String, CodingKey {
    case accuracyDrop = "accuracy_drop"
    case sizeRatio = "size_ratio"
    case accuracyFloor = "accuracy_floor"
    case baseline
  }

  /// Limits of the given figures.
  public init(
    accuracyDrop: Double, sizeRatio: Double, accuracyFloor: [String: Double], baseline: Allowances? = nil
  ) {
    self.accuracyDrop = accuracyDrop
    self.sizeRatio = sizeRatio
    self.accuracyFloor = accuracyFloor
    self.baseline = baseline
  }

  /// Holds every limit against figures, and those of the baseline where there is one. A figure that is not a number
  /// breaks its limit.
  public func verdicts(on figures: Figures, scheme: String, against baseline: Baseline? = nil) -> [Verdict] {
    let drop = AccuracyDrop(from: figures.float32, to: figures.int8)
    let ratio = figures.int8Bytes / figures.float32Bytes
    var verdicts = [
      Verdict(
        scheme: scheme, limit: "accuracy_drop", what: "accuracy drop", measured: "\(Figures.text(drop.points)) points",
        allowed: Figures.text(accuracyDrop), run: figures.run, holds: drop.isWithin(points: accuracyDrop)),
      Verdict(
        scheme: scheme, limit: "size_ratio", what: "size ratio", measured: Figures.text(ratio),
        allowed: Figures.text(sizeRatio), run: figures.run, holds: ratio <= sizeRatio),
      floorVerdict(on: figures, scheme: scheme),
    ]
    guard let baseline else { return verdicts }
    if let allowances = self.baseline {
      verdicts += allowances.verdicts(on: figures, scheme: scheme, against: baseline)
    } else {
      // Would otherwise pass for good, whatever the baseline holds.
      verdicts.append(
        .init(
          scheme: scheme, limit: "baseline", problem: "there is a baseline and no 'baseline' in the limits; add one",
          run: figures.run))
    }
    return verdicts
  }

  private func floorVerdict(on figures: Figures, scheme: String) -> Verdict {
    guard let floor = accuracyFloor[figures.dataset] else {
      return .init(
        scheme: scheme, limit: "accuracy_floor",
        problem: "no accuracy_floor for dataset '\(figures.dataset)'; add one to the limits", run: figures.run)
    }
    return .init(
      scheme: scheme, limit: "accuracy_floor", what: "int8 accuracy",
      measured: "\(Figures.text(100 * figures.int8)) % on \(figures.dataset)", allowed: "\(Figures.text(floor)) %",
      run: figures.run, holds: 100 * figures.int8 >= floor - 1e-8)
  }
}
