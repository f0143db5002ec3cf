internal import GRDB

extension Catalog {
  /// A file that a run read or wrote: a row of `artifact`.
  public struct Artifact: Sendable, Hashable {
    /// The SHA-256 of the content, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// The file's size.
    public var bytes: Int64
    /// The path as given on the command line.
    public var path: String
    /// What the file is: `dataset`, `config`, `checkpoint`, `report`, ...
    public var kind: String

    /// An artifact with the given facts.
    public init(sha256: String, bytes: Int64, path: String, kind: String) {
      self.sha256 = sha256
      self.bytes = bytes
      self.path = path
      self.kind = kind
    }
  }

  /// What a file was to a run.
  public enum Role: String, Sendable, Hashable {
    /// Read as data.
    case input
    /// Written.
    case output
    /// Read as configuration.
    case config
  }

  /// A file and what it was to a run: a row of `run_artifact`.
  public struct RunArtifact: Sendable, Hashable {
    /// What the file was to the run.
    public var role: Role
    /// The file.
    public var artifact: Artifact

    /// A file in a role.
    public init(_ role: Role, _ artifact: Artifact) {
      self.role = role
      self.artifact = artifact
    }

    init(row: Row) {
      role = Role(rawValue: row["role"]) ?? .input
      artifact = Artifact(
        sha256: row["sha256"], bytes: row["bytes"], path: row["path"], kind: row["kind"])
    }

    func insert(run: Int64, into database: Database) throws {
      // The same bytes under the same path are one artifact, whichever runs name it.
      try database.execute(
        sql: """
          INSERT INTO artifact (sha256, bytes, path, kind) VALUES (?, ?, ?, ?)
          ON CONFLICT (sha256, path) DO NOTHING
          """,
        arguments: [artifact.sha256, artifact.bytes, artifact.path, artifact.kind])
      // A file may be told at the start and again at the end; it is one fact.
      try database.execute(
        sql: """
          INSERT INTO run_artifact (run, artifact, role)
          SELECT ?, id, ? FROM artifact WHERE sha256 = ? AND path = ?
          ON CONFLICT (run, role, artifact) DO NOTHING
          """,
        arguments: [run, role.rawValue, artifact.sha256, artifact.path])
    }
  }
}
