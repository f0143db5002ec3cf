internal import GRDB

extension Catalog {
  /// A piece of work that was verified and timed: a row of `benchmark`.
  public struct Benchmark: Sendable, Hashable {
    /// `kernel`, `end_to_end` or `growth`.
    public var kind: String
    /// What was done.
    public var name: String
    /// On what.
    public var shape: String
    /// The kernels that did it.
    public var instructionSet: String
    /// The threads that did it.
    public var threads: Int
    /// Images in a call.
    public var batch: Int
    /// Images in a pass.
    public var images: Int
    /// Timed passes.
    public var passes: Int
    /// Seconds of a pass, the median.
    public var seconds: Double
    /// The shortest pass.
    public var secondsMin: Double
    /// The longest.
    public var secondsMax: Double
    /// By the median.
    public var rate: Double
    /// `GOP/s`, `GB/s` or `images/s`.
    public var unit: String
    /// The rate in percent of what the machine can reach, nil when that was not measured.
    public var percentOfCeiling: Double?
    /// The most memory that the work took, nil when it was not measured.
    public var memoryBytes: Int64?

    /// Work with the given figures.
    public init(
      kind: String, name: String, shape: String, instructionSet: String, threads: Int, batch: Int, images: Int,
      passes: Int, seconds: Double, secondsMin: Double, secondsMax: Double, rate: Double, unit: String,
      percentOfCeiling: Double? = nil, memoryBytes: Int64? = nil
    ) {
      self.kind = kind
      self.name = name
      self.shape = shape
      self.instructionSet = instructionSet
      self.threads = threads
      self.batch = batch
      self.images = images
      self.passes = passes
      self.seconds = seconds
      self.secondsMin = secondsMin
      self.secondsMax = secondsMax
      self.rate = rate
      self.unit = unit
      self.percentOfCeiling = percentOfCeiling
      self.memoryBytes = memoryBytes
    }

    init(row: Row) {
      kind = row["kind"]
      name = row["name"]
      shape = row["shape"]
      instructionSet = row["instruction_set"]
      threads = row["threads"]
      batch = row["batch"]
      images = row["images"]
      passes = row["passes"]
      seconds = row["seconds"]
      secondsMin = row["seconds_min"]
      secondsMax = row["seconds_max"]
      rate = row["rate"]
      unit = row["unit"]
      percentOfCeiling = row["percent_of_ceiling"]
      memoryBytes = row["memory_bytes"]
    }

    func insert(run: Int64, into database: Database) throws {
      let statement = try database.cachedStatement(
        sql: """
          INSERT INTO benchmark (
            run, kind, name, shape, instruction_set, threads, batch, images, passes, seconds, seconds_min,
            seconds_max, rate, unit, percent_of_ceiling, memory_bytes)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """)
      try statement.execute(arguments: [
        run, kind, name, shape, instructionSet, threads, batch, images, passes, seconds, secondsMin, secondsMax,
        rate, unit, percentOfCeiling, memoryBytes,
      ])
    }
  }

  /// What a run timed: kernels, whole networks, growth, each by name, shape and size.
  public func benchmarks(of run: Int64) throws -> [Benchmark] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM benchmark WHERE run = ?
          ORDER BY kind = 'growth', kind = 'end_to_end', name, shape, batch, threads, images
          """,
        arguments: [run]
      ).map(Benchmark.init)
    }
  }
}
