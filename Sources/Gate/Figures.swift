import Catalog
import Findings

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
  /// Images in the test set.
  public var images: Double
  /// The speed of int8 over that of float32. Each is taken in turn with the other, on one machine.
  public var speedRatio: Double
  /// `mnist`, `synthetic-digits`.
  public var dataset: String
  /// The evaluation's number in the catalog.
  public var run: Int64

  /// The given figures.
  public init(
    float32: Double, int8: Double, float32Bytes: Double, int8Bytes: Double, images: Double, speedRatio: Double,
    dataset: String, run: Int64
  ) {
    self.float32 = float32
    self.int8 = int8
    self.float32Bytes = float32Bytes
    self.int8Bytes = int8Bytes
    self.images = images
    self.speedRatio = speedRatio
    self.dataset = dataset
    self.run = run
  }

  /// The figures of the newest succeeded evaluation of a scheme.
  /// - Throws: `FindingsError` when there is none, or it lacks a figure.
  public init(pipeline: String, scheme: String, catalog: Catalog) throws {
    guard let run = try catalog.newestRun(stage: "evaluate", pipeline: pipeline, scheme: scheme) else {
      throw FindingsError.notEvaluated(pipeline: pipeline, scheme: scheme, catalog: catalog.path)
    }
    try self.init(of: run, metrics: catalog.metrics(of: run.id))
  }

  /// The figures of an evaluation.
  /// - Throws: `FindingsError` when it lacks one.
  package init(of run: Catalog.Run, metrics: [Catalog.Metric]) throws {
    func figure(_ name: String, _ model: Catalog.Model? = nil) throws -> Double {
      let metric = metrics.first { $0.name == name && $0.model == model && $0.layer.isEmpty }
      let owner = model.map { " of \($0.rawValue)" } ?? ""
      guard let metric else { throw FindingsError.missingFigure(run: run.id, "\(name)\(owner)") }
      return metric.value
    }
    self.init(
      float32: try figure("accuracy", .float32), int8: try figure("accuracy", .int8),
      float32Bytes: try figure("file_bytes", .float32), int8Bytes: try figure("file_bytes", .int8),
      images: try figure("images"),
      speedRatio: try figure("images_per_second", .int8) / figure("images_per_second", .float32),
      dataset: run.dataset ?? "unknown", run: run.id)
  }

  /// A figure to four decimals, as lines show it.
  static func text(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}
