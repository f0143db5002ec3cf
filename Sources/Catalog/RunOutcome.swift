internal import GRDB

extension Catalog {
  /// Everything a run that ended well has to tell.
  public struct RunResults: Sendable, Hashable {
    /// The dataset that was read, nil when none was or when the start told it.
    public var dataset: String?
    /// The random seed, likewise.
    public var seed: Int64?
    /// The output, and the inputs and config that were not told at the start.
    public var artifacts: [RunArtifact]
    /// How it quantizes, nil when it does not.
    public var quantizationScheme: QuantizationScheme?
    /// The scales it chose or used.
    public var quantizationParameters: [QuantizationParameter]
    /// The figures it measured.
    public var metrics: [Metric]
    /// The epochs it trained.
    public var epochs: [Epoch]
    /// The confusion matrices it counted.
    public var confusion: [Confusion]
    /// The work it timed.
    public var benchmarks: [Benchmark]
    /// What an exported model did on a machine, nil where none was run.
    public var emulation: Emulation?
    /// Where an evaluation's int8 model would choose another token.
    public var greedyFlips: [GreedyFlip]
    /// The channels that calibration found far above the others.
    public var massiveActivations: [MassiveActivation]
    /// What it warned of, a line each.
    public var warnings: [String]

    /// Results of the given parts.
    public init(
      dataset: String? = nil, seed: Int64? = nil, artifacts: [RunArtifact] = [],
      quantizationScheme: QuantizationScheme? = nil, quantizationParameters: [QuantizationParameter] = [],
      metrics: [Metric] = [], epochs: [Epoch] = [], confusion: [Confusion] = [], benchmarks: [Benchmark] = [],
      emulation: Emulation? = nil, greedyFlips: [GreedyFlip] = [], massiveActivations: [MassiveActivation] = [],
      warnings: [String] = []
    ) {
      self.dataset = dataset
      self.seed = seed
      self.artifacts = artifacts
      self.quantizationScheme = quantizationScheme
      self.quantizationParameters = quantizationParameters
      self.metrics = metrics
      self.epochs = epochs
      self.confusion = confusion
      self.benchmarks = benchmarks
      self.emulation = emulation
      self.greedyFlips = greedyFlips
      self.massiveActivations = massiveActivations
      self.warnings = warnings
    }

    func insert(run: Int64, into database: Database) throws {
      try database.execute(
        sql: "UPDATE run SET dataset = coalesce(?, dataset), seed = coalesce(?, seed) WHERE id = ?",
        arguments: [dataset, seed, run])
      for artifact in artifacts { try artifact.insert(run: run, into: database) }
      try quantizationScheme?.insert(run: run, into: database)
      for parameter in quantizationParameters { try parameter.insert(run: run, into: database) }
      for metric in metrics { try metric.insert(run: run, into: database) }
      for epoch in epochs { try epoch.insert(run: run, into: database) }
      for count in confusion { try count.insert(run: run, into: database) }
      for benchmark in benchmarks { try benchmark.insert(run: run, into: database) }
      try emulation?.insert(run: run, into: database)
      for flip in greedyFlips { try flip.insert(run: run, into: database) }
      for activation in massiveActivations { try activation.insert(run: run, into: database) }
      for (index, message) in warnings.enumerated() {
        try database.execute(
          sql: "INSERT INTO warning (run, number, message) VALUES (?, ?, ?)", arguments: [run, index + 1, message])
      }
    }
  }

  /// How a run ended.
  public enum RunOutcome: Sendable, Hashable {
    /// It ended well, with these results.
    case succeeded(RunResults)
    /// It ended with this line of error, and what it still has to tell: the figures that broke a limit, say.
    case failed(error: String, results: RunResults = RunResults())
  }
}
