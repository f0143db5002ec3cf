import Catalog

/// What a pipeline promises: the content of its `limits.yaml`.
public struct Limits: Sendable, Equatable, Codable {
  /// The most that int8 may lose against float32, in percentage points.
  public var accuracyDrop: Double
  /// The most that the int8 file may measure, as a share of the float32 file.
  public var sizeRatio: Double
  /// The least accuracy of int8 in percent, by dataset.
  public var accuracyFloor: [String: Double]

  enum CodingKeys: String, CodingKey {
    case accuracyDrop = "accuracy_drop"
    case sizeRatio = "size_ratio"
    case accuracyFloor = "accuracy_floor"
  }

  /// Limits of the given figures.
  public init(accuracyDrop: Double, sizeRatio: Double, accuracyFloor: [String: Double]) {
    self.accuracyDrop = accuracyDrop
    self.sizeRatio = sizeRatio
    self.accuracyFloor = accuracyFloor
  }

  /// The figures of one evaluation that limits speak of.
  public struct Figures: Sendable, Equatable {
    /// Accuracies, 0 to 1.
    public var float32: Double
    /// Likewise.
    public var int8: Double
    /// Bytes of the checkpoints.
    public var float32Bytes: Double
    /// Likewise.
    public var int8Bytes: Double
    /// `mnist`, `synthetic-digits`.
    public var dataset: String

    /// The given figures.
    public init(float32: Double, int8: Double, float32Bytes: Double, int8Bytes: Double, dataset: String) {
      self.float32 = float32
      self.int8 = int8
      self.float32Bytes = float32Bytes
      self.int8Bytes = int8Bytes
      self.dataset = dataset
    }

    /// The figures of the newest succeeded evaluation of a scheme.
    /// - Throws: `FindingsError` when there is none, or it lacks a figure.
    public init(pipeline: String, scheme: String, catalog: Catalog) throws {
      guard let run = try catalog.newestRun(stage: "evaluate", pipeline: pipeline, scheme: scheme) else {
        throw FindingsError.notEvaluated(pipeline: pipeline, scheme: scheme, catalog: catalog.path)
      }
      let metrics = try catalog.metrics(of: run.id)
      func figure(_ name: String, _ model: Catalog.Model) throws -> Double {
        let metric = metrics.first { $0.name == name && $0.model == model && $0.layer.isEmpty }
        guard let metric else { throw FindingsError.missingFigure(run: run.id, "\(name) of \(model.rawValue)") }
        return metric.value
      }
      self.init(
        float32: try figure("accuracy", .float32), int8: try figure("accuracy", .int8),
        float32Bytes: try figure("file_bytes", .float32), int8Bytes: try figure("file_bytes", .int8),
        dataset: run.dataset ?? "unknown")
    }
  }

  /// One line for each limit that the figures break. A figure that is not a number breaks its limit.
  public func broken(by figures: Figures, scheme: String) -> [String] {
    var lines: [String] = []
    // Accuracies are counts over counts: a hundred-millionth of a point is no image.
    let drop = 100 * (figures.float32 - figures.int8)
    if !(drop <= accuracyDrop + 1e-8) {
      lines.append("\(scheme): accuracy drop \(points(drop)) points, limit \(points(accuracyDrop))")
    }
    let ratio = figures.int8Bytes / figures.float32Bytes
    if !(ratio <= sizeRatio) {
      lines.append("\(scheme): size ratio \(points(ratio)), limit \(points(sizeRatio))")
    }
    guard let floor = accuracyFloor[figures.dataset] else {
      lines.append("\(scheme): no accuracy_floor for dataset '\(figures.dataset)'; add one to the limits")
      return lines
    }
    if !(100 * figures.int8 >= floor - 1e-8) {
      lines.append(
        "\(scheme): int8 accuracy \(points(100 * figures.int8)) % on \(figures.dataset), limit \(points(floor)) %")
    }
    return lines
  }

  private func points(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}
