import Catalog
import Evaluation
import Gate
import Networks
import Tensors

/// What a report is gathered from, beside the catalog.
public struct ReportSources {
  /// A file, by what identifies it.
  public struct Source<Content> {
    /// Where it is.
    public let path: String
    /// The SHA-256 of its content.
    public let sha256: String
    /// What it holds.
    public let content: Content

    /// A file of the given content.
    public init(path: String, sha256: String, content: Content) {
      self.path = path
      self.sha256 = sha256
      self.content = content
    }
  }

  /// The pipeline's name.
  public var pipeline: String
  /// What it promises.
  public var limits: Limits
  /// The trained checkpoint's network.
  public var trained: Source<Network>
  /// The dataset: what was trained and calibrated on, and what was tested on.
  public var dataset: Source<(train: ImageSet, test: ImageSet)>
  /// Each `metrics.json`.
  public var evaluations: [Source<FloatInt8Comparison>]

  /// Sources of the given parts.
  public init(
    pipeline: String, limits: Limits, trained: Source<Network>, dataset: Source<(train: ImageSet, test: ImageSet)>,
    evaluations: [Source<FloatInt8Comparison>]
  ) {
    self.pipeline = pipeline
    self.limits = limits
    self.trained = trained
    self.dataset = dataset
    self.evaluations = evaluations
  }
}
