internal import GRDB

extension Catalog {
  /// One pass of training over its data: a row of `epoch`.
  public struct Epoch: Sendable, Hashable {
    /// The epoch's number, from 1.
    public var epoch: Int
    /// The mean loss. NaN, of a training that diverged, is kept, as NULL.
    public var loss: Double
    /// The share of training images classified rightly, 0 to 1, nil when it was not measured.
    public var trainAccuracy: Double?
    /// The share of test images classified rightly, 0 to 1, nil when it was not measured.
    public var testAccuracy: Double?
    /// How long the epoch took.
    public var seconds: Double

    /// An epoch with the given figures.
    public init(
      epoch: Int, loss: Double, trainAccuracy: Double? = nil, testAccuracy: Double? = nil, seconds: Double
    ) {
      self.epoch = epoch
      self.loss = loss
      self.trainAccuracy = trainAccuracy
      self.testAccuracy = testAccuracy
      self.seconds = seconds
    }

    init(row: Row) {
      epoch = row["epoch"]
      loss = (row["loss"] as Double?) ?? .nan
      trainAccuracy = row["train_accuracy"]
      testAccuracy = row["test_accuracy"]
      seconds = row["seconds"]
    }

    func insert(run: Int64, into database: Database) throws {
      let statement = try database.cachedStatement(
        sql: """
          INSERT INTO epoch (run, epoch, loss, train_accuracy, test_accuracy, seconds)
          VALUES (?, ?, ?, ?, ?, ?)
          """)
      let stored = loss.isNaN ? nil : loss
      try statement.execute(arguments: [run, epoch, stored, trainAccuracy, testAccuracy, seconds])
    }
  }
}
