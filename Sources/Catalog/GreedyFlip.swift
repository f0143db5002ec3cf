internal import GRDB

extension Catalog {
  /// A prediction where float32 and int8 would choose another token: a row of `greedy_flip`.
  public struct GreedyFlip: Sendable, Hashable {
    /// The window, from 0, and the place in it of the token that is predicted, from 1.
    public var window, position: Int
    /// What each would choose.
    public var float32Token, int8Token: Int
    /// Their texts, empty for a token that stands for none.
    public var float32Text, int8Text: String
    /// float32's logit of its own choice above that of int8's choice. NaN is kept, as NULL.
    public var margin: Double

    /// A flip of the given facts.
    public init(
      window: Int, position: Int, float32Token: Int, int8Token: Int, float32Text: String, int8Text: String,
      margin: Double
    ) {
      (self.window, self.position) = (window, position)
      (self.float32Token, self.int8Token) = (float32Token, int8Token)
      (self.float32Text, self.int8Text) = (float32Text, int8Text)
      self.margin = margin
    }

    init(row: Row) {
      (window, position) = (row["window"], row["position"])
      (float32Token, int8Token) = (row["float32_token"], row["int8_token"])
      (float32Text, int8Text) = (row["float32_text"], row["int8_text"])
      margin = (row["margin"] as Double?) ?? .nan
    }

    func insert(run: Int64, into database: Database) throws {
      let statement = try database.cachedStatement(
        sql: """
          INSERT INTO greedy_flip (
            run, window, position, float32_token, int8_token, float32_text, int8_text, margin)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """)
      try statement.execute(arguments: [
        run, window, position, float32Token, int8Token, float32Text, int8Text, margin.isNaN ? nil : margin,
      ])
    }
  }

  /// Where an evaluation's int8 model would choose another token, in the text's order.
  public func greedyFlips(of run: Int64) throws -> [GreedyFlip] {
    try read {
      try Row.fetchAll($0, sql: "SELECT * FROM greedy_flip WHERE run = ? ORDER BY window, position", arguments: [run])
        .map(GreedyFlip.init)
    }
  }
}
