internal import GRDB

extension Catalog {
  /// A file as a run that succeeded left or found it.
  public struct RecordedFile: Sendable, Hashable {
    /// The run's number.
    public var run: Int64
    /// The run's stage.
    public var stage: String
    /// What the file was to the run.
    public var role: Role
    /// The file.
    public var artifact: Artifact

    init(row: Row) {
      run = row["run"]
      stage = row["stage"]
      let file = RunArtifact(row: row)
      role = file.role
      artifact = file.artifact
    }
  }

  /// The files of every run that succeeded: of each path the newest output, and of each path the newest reading, as
  /// input or as config; by path.
  public func newestFiles() throws -> [RecordedFile] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT run.id AS run, stage, role, sha256, bytes, path, kind
          FROM run
          JOIN run_artifact ON run_artifact.run = run.id
          JOIN artifact ON artifact.id = artifact
          JOIN (
            SELECT max(run.id) AS newest, path AS of_path, role = 'output' AS is_output
            FROM run
            JOIN run_artifact ON run_artifact.run = run.id
            JOIN artifact ON artifact.id = artifact
            WHERE status = 'succeeded'
            GROUP BY path, role = 'output'
          ) ON newest = run.id AND of_path = path AND is_output = (role = 'output')
          ORDER BY path, role <> 'output', role
          """
      ).map(RecordedFile.init)
    }
  }
}
