import Foundation
internal import GRDB

extension Catalog {
  /// The figures of one succeeded evaluation.
  public struct Evaluation: Sendable, Hashable {
    /// The run's number.
    public var run: Int64
    /// The scheme, nil where none was named.
    public var scheme: String?
    /// The dataset.
    public var dataset: String?
    /// When it began, UTC.
    public var startedAt: String
    /// The commit of the program, nil when it was built outside a checkout.
    public var commit: String?
    /// The share of images that float32 classifies rightly, 0 to 1.
    public var float32: Double
    /// Likewise int8.
    public var int8: Double
    /// The int8 checkpoint's size.
    public var int8Bytes: Int64
    /// int8's images per second, nil when not measured.
    public var imagesPerSecond: Double?
    /// That speed over float32's.
    public var speedRatio: Double?
  }

  /// The newest succeeded evaluations of a pipeline on a dataset, oldest first, `limit` of them at most. One without
  /// accuracies or file sizes is left out.
  public func evaluations(of pipeline: String, dataset: String, limit: Int = 500) throws -> [Evaluation] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT run.id AS id, run.scheme AS scheme, run.dataset AS dataset, run.started_at AS started_at, git_commit,
                 accuracy.float32 AS float32, accuracy.int8 AS int8, int8_bytes, int8_images_per_second, speed.ratio AS speed
          FROM accuracy
          JOIN run ON run.id = accuracy.run
          JOIN file_size ON file_size.run = run.id
          LEFT JOIN speed ON speed.run = run.id
          WHERE run.pipeline = ? AND run.dataset = ? AND accuracy.float32 IS NOT NULL AND accuracy.int8 IS NOT NULL
            AND int8_bytes IS NOT NULL
          ORDER BY run.id DESC LIMIT ?
          """,
        arguments: [pipeline, dataset, limit])
      return rows.reversed().map { row in
        Evaluation(
          run: row["id"], scheme: row["scheme"], dataset: row["dataset"], startedAt: row["started_at"],
          commit: row["git_commit"], float32: row["float32"], int8: row["int8"], int8Bytes: row["int8_bytes"],
          imagesPerSecond: row["int8_images_per_second"], speedRatio: row["speed"])
      }
    }
  }
}
