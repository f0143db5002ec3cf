internal import GRDB

extension Catalog {
  /// What an exported model did on a machine: a row of `emulation`.
  public struct Emulation: Sendable, Hashable {
    /// `host`, `cortex-m4`, ...
    public var machine: String
    /// Its processor, in words.
    public var processor: String
    /// Images that were classified.
    public var images: Int
    /// Scores that were compared with the engine's.
    public var scores: Int
    /// Of them, those that differ.
    public var differingScores: Int
    /// Images that get another class than the engine gives.
    public var otherClass: Int
    /// Bytes of the model's code and constants.
    public var flashBytes: Int
    /// Bytes of its scratch and its variables, without the stack.
    public var ramBytes: Int
    /// Instructions for one image, nil where none are counted.
    public var instructionsPerImage: Double?
    /// The same of plain loops over the same layers.
    public var referenceInstructionsPerImage: Double?

    /// A row of the given figures.
    public init(
      machine: String, processor: String, images: Int, scores: Int, differingScores: Int, otherClass: Int,
      flashBytes: Int, ramBytes: Int, instructionsPerImage: Double?, referenceInstructionsPerImage: Double?
    ) {
      self.machine = machine
      self.processor = processor
      self.images = images
      self.scores = scores
      self.differingScores = differingScores
      self.otherClass = otherClass
      self.flashBytes = flashBytes
      self.ramBytes = ramBytes
      self.instructionsPerImage = instructionsPerImage
      self.referenceInstructionsPerImage = referenceInstructionsPerImage
    }

    init(row: Row) {
      machine = row["machine"]
      processor = row["processor"]
      images = row["images"]
      scores = row["scores"]
      differingScores = row["differing_scores"]
      otherClass = row["other_class"]
      flashBytes = row["flash_bytes"]
      ramBytes = row["ram_bytes"]
      instructionsPerImage = row["instructions_per_image"]
      referenceInstructionsPerImage = row["reference_instructions_per_image"]
    }

    func insert(run: Int64, into database: Database) throws {
      try database.execute(
        sql: """
          INSERT INTO emulation (
            run, machine, processor, images, scores, differing_scores, other_class, flash_bytes, ram_bytes,
            instructions_per_image, reference_instructions_per_image)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run, machine, processor, images, scores, differingScores, otherClass, flashBytes, ramBytes,
          instructionsPerImage, referenceInstructionsPerImage,
        ])
    }
  }

  /// What a run of an exported model measured, nil where it ran none.
  public func emulation(of run: Int64) throws -> Emulation? {
    try read {
      try Row.fetchOne($0, sql: "SELECT * FROM emulation WHERE run = ?", arguments: [run]).map(Emulation.init)
    }
  }

  /// What an exported model did on a machine, and what it was compiled from.
  public struct Device: Sendable, Hashable {
    /// The scheme of which it was exported.
    public var scheme: String
    /// What was measured.
    public var emulation: Emulation
    /// The C file, nil where the run names none.
    public var code: CodeFile?
  }

  /// A file of code.
  public struct CodeFile: Sendable, Hashable {
    /// Its path.
    public var path: String
    /// Its digest.
    public var sha256: String
  }

  /// The newest run of each scheme of a pipeline on each machine: rows of `device`.
  public func devices(of pipeline: String) throws -> [Device] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM device WHERE pipeline = ?", arguments: [pipeline]).map { row in
        let path: String? = row["path"]
        let code = path.map { CodeFile(path: $0, sha256: row["sha256"]) }
        return Device(scheme: row["scheme"] ?? "", emulation: Emulation(row: row), code: code)
      }
    }
  }
}
