import Tables

extension Report {
  /// What one evaluation came to.
  public struct HistoryPoint: Sendable, Hashable {
    /// The evaluation's number in the catalog.
    public var run: Int64
    /// The scheme.
    public var scheme: String
    /// When it began, UTC.
    public var started: String
    /// The commit of the program, nil when it was built outside a checkout.
    public var commit: String?
    /// Accuracies, 0 to 1.
    public var float32: Double
    /// Likewise.
    public var int8: Double
    /// The int8 checkpoint's size.
    public var bytes: Int64
    /// int8's speed, nil when it was not measured.
    public var imagesPerSecond: Double?
    /// That speed over float32's.
    public var speedRatio: Double?

    /// An evaluation with the given figures.
    public init(
      run: Int64, scheme: String, started: String, commit: String?, float32: Double, int8: Double, bytes: Int64,
      imagesPerSecond: Double?, speedRatio: Double?
    ) {
      self.run = run
      self.scheme = scheme
      self.started = started
      self.commit = commit
      self.float32 = float32
      self.int8 = int8
      self.bytes = bytes
      self.imagesPerSecond = imagesPerSecond
      self.speedRatio = speedRatio
    }

    /// What int8 loses.
    var drop: AccuracyDrop { AccuracyDrop(from: float32, to: int8) }
  }
}
