import Evaluation
import Tables

/// The figures of one evaluation as JSON for other programs. Keys are stable: one may be added, none changes its
/// meaning. Shares are 0 to 1; a figure that is not known, NaN or infinite is null.
public struct EvaluationJSON: Encodable, Sendable, Equatable {
  /// One network's figures.
  public struct Model: Encodable, Sendable, Equatable {
    /// The share of test images classified correctly.
    public var accuracy: Double
    /// The checkpoint's size.
    public var bytes: Int64
    /// The speed of inference.
    public var imagesPerSecond: Double?

    /// The given figures.
    public init(accuracy: Double, bytes: Int64, imagesPerSecond: Double?) {
      self.accuracy = accuracy
      self.bytes = bytes
      self.imagesPerSecond = imagesPerSecond
    }

    enum CodingKeys: String, CodingKey {
      case accuracy = "accuracy_fraction"
      case bytes = "file_bytes"
      case imagesPerSecond = "images_per_second"
    }

    /// Every key, null where there is no figure.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(accuracy.orNull, forKey: .accuracy)
      try container.encode(bytes, forKey: .bytes)
      try container.encode(imagesPerSecond?.orNull, forKey: .imagesPerSecond)
    }
  }

  /// The scheme, nil where none was named.
  public var scheme: String?
  /// The evaluation's number in the catalog, nil where it was not recorded.
  public var run: Int64?
  /// `mnist`, `synthetic-digits`.
  public var dataset: String
  /// The number of test images, nil where it is not known.
  public var images: Int?
  /// The float model.
  public var float32: Model
  /// The int8 model.
  public var int8: Model
  /// The share of test images to which both give the same class.
  public var agreement: Double?

  /// The given figures.
  public init(
    scheme: String?, run: Int64?, dataset: String, images: Int?, float32: Model, int8: Model, agreement: Double?
  ) {
    self.scheme = scheme
    self.run = run
    self.dataset = dataset
    self.images = images
    self.float32 = float32
    self.int8 = int8
    self.agreement = agreement
  }

  /// The keys, for a program's help.
  public static let help = """
    --json prints scheme, run (its number in the catalog), dataset, images, agreement_fraction, drop_points (percentage \
    points that int8 loses), and under float32 and int8 accuracy_fraction, file_bytes, images_per_second. What is not \
    known is null.
    """

  enum CodingKeys: String, CodingKey {
    case scheme, run, dataset, images, float32, int8
    case agreement = "agreement_fraction"
    case drop = "drop_points"
  }

  /// Every key, null where there is no figure; `drop_points` are percentage points that int8 loses, to four decimals as
  /// the catalog's view `accuracy_drop` has them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scheme, forKey: .scheme)
    try container.encode(run, forKey: .run)
    try container.encode(dataset, forKey: .dataset)
    try container.encode(images, forKey: .images)
    try container.encode(float32, forKey: .float32)
    try container.encode(int8, forKey: .int8)
    try container.encode(agreement?.orNull, forKey: .agreement)
    let drop = AccuracyDrop(from: float32.accuracy, to: int8.accuracy)
    try container.encode(drop.roundedPoints.orNull, forKey: .drop)
  }
}

extension EvaluationJSON {
  /// The figures of an evaluation that has just been made.
  public init(
    _ comparison: FloatInt8Comparison, imagesPerSecond: (float32: Double, int8: Double), scheme: String?, run: Int64?
  ) {
    func model(_ model: FloatInt8Comparison.Model, _ rate: Double) -> Model {
      Model(accuracy: model.accuracy, bytes: Int64(model.bytes), imagesPerSecond: rate)
    }
    self.init(
      scheme: scheme, run: run, dataset: comparison.dataset, images: comparison.images,
      float32: model(comparison.float32, imagesPerSecond.float32), int8: model(comparison.int8, imagesPerSecond.int8),
      agreement: comparison.agreement)
  }
}

extension Double {
  /// The number, nil where JSON has none for it.
  fileprivate var orNull: Double? { isFinite ? self : nil }
}
