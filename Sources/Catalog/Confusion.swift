internal import GRDB

extension Catalog {
  /// How often a network took one class for another: a row of `confusion`.
  public struct Confusion: Sendable, Hashable {
    /// The network.
    public var model: Model
    /// The class the image is of.
    public var actual: Int
    /// The class the network said.
    public var predicted: Int
    /// How many images.
    public var count: Int

    /// A count for a pair of classes.
    public init(model: Model, actual: Int, predicted: Int, count: Int) {
      self.model = model
      self.actual = actual
      self.predicted = predicted
      self.count = count
    }

    init(row: Row) {
      model = Model(rawValue: row["model"]) ?? .float32
      actual = row["actual"]
      predicted = row["predicted"]
      count = row["count"]
    }

    func insert(run: Int64, into database: Database) throws {
      let statement = try database.cachedStatement(
        sql: "INSERT INTO confusion (run, model, actual, predicted, count) VALUES (?, ?, ?, ?, ?)")
      try statement.execute(arguments: [run, model.rawValue, actual, predicted, count])
    }
  }
}
