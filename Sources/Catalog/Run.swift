import Foundation
internal import GRDB

extension Catalog {
  /// What is known of a run before its work begins. The catalog itself adds the time and the process.
  public struct RunStart: Sendable, Hashable {
    /// The stage's name: `train`, `fuse`, `calibrate`, `convert`, `evaluate`, ...
    public var stage: String
    /// The pipeline, nil for a stage that serves every pipeline.
    public var pipeline: String?
    /// The quantization scheme, nil for the stages before the schemes part.
    public var scheme: String?
    /// The random seed, nil when nothing is random.
    public var seed: Int64?
    /// `mnist` or `synthetic-digits`, nil when no data are read.
    public var dataset: String?
    /// The program and its arguments as typed.
    public var command: [String]
    /// The version of Octavo.
    public var octavoVersion: String
    /// The commit the program was built from, nil when unknown.
    public var gitCommit: String?
    /// The processor's model name.
    public var cpu: String
    /// The instruction set of the kernels in use: `scalar`, `avx2`, ...
    public var instructionSet: String
    /// The number of threads in use.
    public var threads: Int
    /// The inputs and the config, as far as they are known before the work begins.
    public var artifacts: [RunArtifact]

    /// A start with the given facts.
    public init(
      stage: String, pipeline: String? = nil, scheme: String? = nil, seed: Int64? = nil,
      dataset: String? = nil, command: [String], octavoVersion: String, gitCommit: String? = nil, cpu: String,
      instructionSet: String, threads: Int, artifacts: [RunArtifact] = []
    ) {
      self.stage = stage
      self.pipeline = pipeline
      self.scheme = scheme
      self.seed = seed
      self.dataset = dataset
      self.command = command
      self.octavoVersion = octavoVersion
      self.gitCommit = gitCommit
      self.cpu = cpu
      self.instructionSet = instructionSet
      self.threads = threads
      self.artifacts = artifacts
    }
  }

  /// How a run stands.
  public enum RunStatus: String, Sendable, Hashable {
    /// It has begun and has not been closed.
    case running
    /// It ended well, and everything it recorded is there.
    case succeeded
    /// It ended with an error.
    case failed
    /// Its process is gone and never closed it.
    case lost
  }

  /// A row of `run`.
  public struct Run: Sendable, Hashable, Identifiable {
    /// The run's number, rising with time.
    public var id: Int64
    /// The stage's name.
    public var stage: String
    /// The pipeline, if any.
    public var pipeline: String?
    /// The quantization scheme, if any.
    public var scheme: String?
    /// How the run stands.
    public var status: RunStatus
    /// When it began.
    public var startedAt: Date
    /// When it was closed; nil while running and when lost.
    public var finishedAt: Date?
    /// Wall-clock seconds from start to finish.
    public var seconds: Double?
    /// Why it failed or is lost.
    public var error: String?
    /// The random seed, if any.
    public var seed: Int64?
    /// The dataset, if any.
    public var dataset: String?
    /// The program and its arguments, quoted for a shell.
    public var command: String
    /// The version of Octavo.
    public var octavoVersion: String
    /// The commit the program was built from, if known.
    public var gitCommit: String?
    /// The processor's model name.
    public var cpu: String
    /// The instruction set of the kernels in use.
    public var instructionSet: String
    /// The number of threads in use.
    public var threads: Int
    /// The process that ran it.
    public var process: ProcessIdentity
    /// The most memory the process held; nil until the run is closed.
    public var peakMemoryBytes: Int64?

    init(row: Row) throws {
      id = row["id"]
      stage = row["stage"]
      pipeline = row["pipeline"]
      scheme = row["scheme"]
      status = RunStatus(rawValue: row["status"]) ?? .lost
      startedAt = try Timestamp.date(row["started_at"])
      finishedAt = try (row["finished_at"] as String?).map(Timestamp.date)
      seconds = row["duration_s"]
      error = row["error"]
      seed = row["seed"]
      dataset = row["dataset"]
      command = row["command"]
      octavoVersion = row["octavo_version"]
      gitCommit = row["git_commit"]
      cpu = row["cpu"]
      instructionSet = row["instruction_set"]
      threads = row["threads"]
      process = ProcessIdentity(
        host: row["host"], pid: row["pid"], startTicks: row["process_start"], bootID: row["boot_id"])
      peakMemoryBytes = row["peak_memory_bytes"]
    }
  }

  /// Inserts the row of a run that begins now, and returns its number.
  static func insert(
    _ start: RunStart, process: ProcessIdentity, at date: Date, into database: Database
  ) throws -> Int64 {
    try database.execute(
      sql: """
        INSERT INTO run (
          stage, pipeline, scheme, status, started_at, seed, dataset, command, octavo_version, git_commit,
          host, cpu, instruction_set, threads, pid, process_start, boot_id)
        VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        start.stage, start.pipeline, start.scheme, Timestamp.text(date), start.seed, start.dataset,
        ShellWords.quoted(start.command), start.octavoVersion, start.gitCommit, process.host, start.cpu,
        start.instructionSet, start.threads, process.pid, process.startTicks, process.bootID,
      ])
    return database.lastInsertedRowID
  }
}
