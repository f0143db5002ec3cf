internal import GRDB

extension Catalog {
  /// What a pruning removes, or would remove.
  public struct Pruning: Sendable, Hashable {
    /// The runs, oldest first.
    public var runs: [Run]
    /// Rows of each table that belonged to them, and of artifacts that no other run names; tables without any left out.
    public var rows: [String: Int]
    /// The runs that stay.
    public var keptRuns: Int
  }

  /// Removes the rows of old runs. No file on disk is touched but the catalog itself, which is rebuilt smaller.
  ///
  /// What stays: the newest `count` succeeded runs of each pipeline, scheme and stage; all that they descend from, so that
  /// the lineage of what stays is as it was; running runs; and the newest run of all, so that no number is given twice.
  /// - Parameters:
  ///   - count: at least 1.
  ///   - isDry: whether to say only what would go.
  /// - Throws: ``CatalogError``; the transaction is then undone, all of it.
  @discardableResult
  public func prune(keeping count: Int, isDry: Bool = false) throws -> Pruning {
    precondition(count >= 1, "a pruning keeps at least one run of each stage")
    if isDry {
      return try read { try Self.prunable($0, keeping: count).pruning }
    }
    let pruning = try write { database in
      let (pruning, goner) = try Self.prunable(database, keeping: count)
      let ids = pruning.runs.map(\.id)
      guard !ids.isEmpty else { return pruning }
      // Rows that refer to a run before the run.
      for table in Self.runTables { try Self.delete(from: table, where: "run", ids, database) }
      try Self.delete(from: "artifact", where: "id", goner, database)
      try Self.delete(from: "run", where: "id", ids, database)
      return pruning
    }
    if !pruning.runs.isEmpty { try vacuum() }
    return pruning
  }

  /// The tables whose rows belong to a run.
  private static let runTables = tables.keys.filter { $0 != "run" && $0 != "artifact" }.sorted()

  /// What would go, and the numbers of the artifacts among it.
  private static func prunable(
    _ database: Database, keeping count: Int
  ) throws -> (pruning: Pruning, artifacts: [Int64]) {
    let kept = Set(try Int64.fetchAll(database, sql: keptRuns, arguments: [count]))
    let runs = try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY id").map(Run.init)
    let removed = runs.filter { !kept.contains($0.id) }
    let isRemoved = Set(removed.map(\.id))
    var rows: [String: Int] = [:]
    for table in runTables where !removed.isEmpty {
      for row in try Row.fetchAll(database, sql: "SELECT run, count(*) AS count FROM \(table) GROUP BY run")
      where isRemoved.contains(row["run"]) {
        rows[table, default: 0] += row["count"]
      }
    }
    // An artifact goes with the last run that names it.
    let named = try Row.fetchAll(database, sql: "SELECT DISTINCT artifact, run FROM run_artifact")
    let stay = Set(named.compactMap { row in isRemoved.contains(row["run"]) ? nil : row["artifact"] as Int64 })
    let artifacts = Set(named.map { $0["artifact"] as Int64 }).subtracting(stay).sorted()
    if !artifacts.isEmpty { rows["artifact"] = artifacts.count }
    return (Pruning(runs: removed, rows: rows, keptRuns: runs.count - removed.count), artifacts)
  }

  private static func delete(
    from table: String, where column: String, _ ids: [Int64], _ database: Database
  ) throws {
    let statement = try database.cachedStatement(sql: "DELETE FROM \(table) WHERE \(column) = ?")
    for id in ids { try statement.execute(arguments: [id]) }
  }

  /// The runs that stay. A file's maker is taken in every sense in which someone asks for it, for they differ where the
  /// same bytes were written more than once: the newest run before the reader (the view `lineage`), the newest run at all,
  /// of the same path first (reports), and the newest that wrote what a kept run wrote.
  private static let keptRuns = """
    WITH RECURSIVE
      placed AS (
        SELECT id, status,
          row_number() OVER (PARTITION BY pipeline, scheme, stage, status = 'succeeded' ORDER BY id DESC) AS place
        FROM run
      ),
      writing AS MATERIALIZED (
        SELECT run_artifact.run AS run, artifact.id AS artifact, sha256, path
        FROM run_artifact
        JOIN artifact ON artifact.id = artifact
        JOIN run ON run.id = run AND status = 'succeeded'
        WHERE role = 'output'
      ),
      maker (reader, run) AS MATERIALIZED (
        SELECT r.run, (SELECT max(w.run) FROM writing AS w WHERE w.sha256 = a.sha256 AND w.run < r.run)
        FROM run_artifact AS r JOIN artifact AS a ON a.id = r.artifact WHERE role <> 'output'
        UNION
        SELECT r.run, coalesce(
          (SELECT max(w.run) FROM writing AS w WHERE w.sha256 = a.sha256 AND w.path = a.path),
          (SELECT max(w.run) FROM writing AS w WHERE w.sha256 = a.sha256))
        FROM run_artifact AS r JOIN artifact AS a ON a.id = r.artifact
        UNION
        SELECT r.run, (SELECT max(w.run) FROM writing AS w WHERE w.artifact = r.artifact)
        FROM run_artifact AS r WHERE role = 'output'
      ),
      kept (run) AS (
        SELECT id FROM placed
        WHERE status = 'running' OR (status = 'succeeded' AND place <= ?) OR id = (SELECT max(id) FROM run)
        UNION
        SELECT maker.run FROM kept JOIN maker ON maker.reader = kept.run WHERE maker.run IS NOT NULL
      )
    SELECT run FROM kept
    """
}
