import Foundation
internal import GRDB

extension Catalog {
  /// A row of the view `history`.
  public struct HistoryRow: Sendable, Hashable, Identifiable {
    /// The run's number.
    public var id: Int64
    /// The pipeline, if any.
    public var pipeline: String?
    /// The stage.
    public var stage: String
    /// The quantization scheme, if any.
    public var scheme: String?
    /// The dataset, if any.
    public var dataset: String?
    /// How the run stands.
    public var status: RunStatus
    /// When it began, UTC, to the second.
    public var started: String
    /// How long it took, nil while running and when lost.
    public var seconds: Double?
    /// The figure a reader looks for, or why there is none.
    public var result: String?
  }

  /// The newest runs first, at most `limit` of them.
  public func history(limit: Int = 100) throws -> [HistoryRow] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM history LIMIT ?", arguments: [limit]).map { row in
        HistoryRow(
          id: row["id"], pipeline: row["pipeline"], stage: row["stage"], scheme: row["scheme"],
          dataset: row["dataset"], status: RunStatus(rawValue: row["status"]) ?? .lost,
          started: row["started"], seconds: row["seconds"], result: row["result"])
      }
    }
  }

  /// The run of this number, nil when there is none.
  public func run(_ id: Int64) throws -> Run? {
    try firstRun(sql: "SELECT * FROM run WHERE id = ?", arguments: [id])
  }

  /// The newest run of a stage that succeeded. `scheme` nil asks for a run without a scheme.
  public func newestRun(stage: String, pipeline: String?, scheme: String?) throws -> Run? {
    try firstRun(
      sql: """
        SELECT * FROM run
        WHERE stage = ? AND pipeline IS ? AND scheme IS ? AND status = 'succeeded'
        ORDER BY id DESC LIMIT 1
        """,
      arguments: [stage, pipeline, scheme])
  }

  /// The newest succeeded run that wrote these bytes: who made a file, whatever it is called now. Where several
  /// paths got equal bytes, the run that wrote `path` goes first.
  public func newestRun(writing sha256: String, to path: String? = nil) throws -> Run? {
    try firstRun(
      sql: """
        SELECT run.* FROM run
        JOIN run_artifact ON run_artifact.run = run.id AND role = 'output'
        JOIN artifact ON artifact.id = artifact
        WHERE sha256 = ? AND status = 'succeeded'
        ORDER BY path IS ? DESC, run.id DESC LIMIT 1
        """,
      arguments: [sha256, path])
  }

  /// The files of a run: config and inputs, then outputs, each by path.
  public func artifacts(of run: Int64) throws -> [RunArtifact] {
    try rows(
      """
      SELECT * FROM run_artifact JOIN artifact ON artifact.id = artifact
      WHERE run = ? ORDER BY role = 'output', role, path
      """, run: run, RunArtifact.init)
  }

  /// How a run quantizes, nil when it does not.
  public func quantizationScheme(of run: Int64) throws -> QuantizationScheme? {
    try rows("SELECT * FROM quantization_scheme WHERE run = ?", run: run, QuantizationScheme.init).first
  }

  /// The scales of a run, by tensor and channel.
  public func quantizationParameters(of run: Int64) throws -> [QuantizationParameter] {
    try rows(
      "SELECT * FROM quantization_parameter WHERE run = ? ORDER BY tensor, channel", run: run,
      QuantizationParameter.init)
  }

  /// The figures of a run, by layer, name and model.
  public func metrics(of run: Int64) throws -> [Metric] {
    try rows("SELECT * FROM metric WHERE run = ? ORDER BY layer, name, model", run: run, Metric.init)
  }

  /// The epochs of a run, in order.
  public func epochs(of run: Int64) throws -> [Epoch] {
    try rows("SELECT * FROM epoch WHERE run = ? ORDER BY epoch", run: run, Epoch.init)
  }

  /// What a run warned of, in order.
  public func warnings(of run: Int64) throws -> [String] {
    try rows("SELECT message FROM warning WHERE run = ? ORDER BY number", run: run) { $0["message"] }
  }

  /// The confusion counts of a run, by model, actual and predicted class.
  public func confusion(of run: Int64) throws -> [Confusion] {
    try rows(
      "SELECT * FROM confusion WHERE run = ? ORDER BY model, actual, predicted", run: run, Confusion.init)
  }

  private func firstRun(sql: String, arguments: StatementArguments) throws -> Run? {
    try read { try Row.fetchOne($0, sql: sql, arguments: arguments).map(Run.init) }
  }

  private func rows<Record>(_ sql: String, run: Int64, _ make: (Row) -> Record) throws -> [Record] {
    try read { try Row.fetchAll($0, sql: sql, arguments: [run]).map(make) }
  }
}
