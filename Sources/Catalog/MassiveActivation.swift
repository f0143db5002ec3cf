internal import GRDB

extension Catalog {
  /// A channel far above the others of its group: a row of `massive_activation`.
  public struct MassiveActivation: Sendable, Hashable {
    /// The first matrix of the group that reads it.
    public var tensor: String
    /// The channel.
    public var channel: Int
    /// Its largest magnitude over all tokens.
    public var magnitude: Double
    /// The median of the largest magnitudes of the group's channels.
    public var median: Double

    /// A channel of the given facts.
    public init(tensor: String, channel: Int, magnitude: Double, median: Double) {
      (self.tensor, self.channel, self.magnitude, self.median) = (tensor, channel, magnitude, median)
    }

    init(row: Row) {
      (tensor, channel) = (row["tensor"], row["channel"])
      (magnitude, median) = (row["magnitude"], row["median"])
    }

    func insert(run: Int64, into database: Database) throws {
      let statement = try database.cachedStatement(
        sql: "INSERT INTO massive_activation (run, tensor, channel, magnitude, median) VALUES (?, ?, ?, ?, ?)")
      try statement.execute(arguments: [run, tensor, channel, magnitude, median])
    }
  }

  /// The channels that a calibration found far above the others, the largest first.
  public func massiveActivations(of run: Int64) throws -> [MassiveActivation] {
    try read {
      try Row.fetchAll(
        $0, sql: "SELECT * FROM massive_activation WHERE run = ? ORDER BY magnitude DESC, tensor, channel",
        arguments: [run]
      ).map(MassiveActivation.init)
    }
  }
}
