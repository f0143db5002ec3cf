internal import GRDB

extension Catalog {
  /// The scales of one tensor: a language model has as many as its vocabulary has tokens, and more.
  public struct ScaleSummary: Sendable, Hashable {
    /// The tensor.
    public var tensor: String
    /// How many scales it has.
    public var count: Int
    /// The least, the mean and the largest of them.
    public var least, mean, largest: Double
    /// The integers in use.
    public var quantMin, quantMax: Int32
    /// The stored type.
    public var dtype: String
    /// `per_channel_symmetric`, ...
    public var scheme: String
    /// What chose the ranges.
    public var observer: String
  }

  /// The scales of a run by tensor, in the order of their names.
  public func scaleSummaries(of run: Int64) throws -> [ScaleSummary] {
    try read { database in
      let sql = """
        SELECT tensor, count(*) AS count, min(scale) AS least, avg(scale) AS mean, max(scale) AS largest,
          min(quant_min) AS quant_min, max(quant_max) AS quant_max, min(dtype) AS dtype, min(scheme) AS scheme,
          min(observer) AS observer
        FROM quantization_parameter WHERE run = ? GROUP BY tensor ORDER BY tensor
        """
      return try Row.fetchAll(database, sql: sql, arguments: [run]).map { row in
        ScaleSummary(
          tensor: row["tensor"], count: row["count"], least: row["least"], mean: row["mean"], largest: row["largest"],
          quantMin: row["quant_min"], quantMax: row["quant_max"], dtype: row["dtype"], scheme: row["scheme"],
          observer: row["observer"])
      }
    }
  }
}
