internal import GRDB

extension Catalog {
  /// A table of the catalog with all that is in it.
  public struct TableContents: Sendable, Hashable {
    /// A value as SQLite holds it.
    public enum Value: Sendable, Hashable {
      /// Nothing: unknown, or not a number.
      case null
      /// A whole number.
      case integer(Int64)
      /// A number; never NaN, which SQLite does not know.
      case real(Double)
      /// Text.
      case text(String)
    }

    /// The table's name.
    public var name: String
    /// The names of its columns, in the schema's order.
    public var columns: [String]
    /// Its rows, a value for each column, by primary key.
    public var rows: [[Value]]

    /// A table of the given parts.
    public init(name: String, columns: [String], rows: [[Value]]) {
      self.name = name
      self.columns = columns
      self.rows = rows
    }
  }

  /// Every table and the columns that order its rows. Named here and not asked of the file: a catalog may come from
  /// anywhere, and these names become those of files.
  package static let tables = [
    "artifact": "id", "benchmark": "run, kind, name, shape, threads, batch, images",
    "confusion": "run, model, actual, predicted", "emulation": "run", "epoch": "run, epoch",
    "greedy_flip": "run, window, position", "massive_activation": "run, tensor, channel",
    "metric": "run, model, layer, name",
    "quantization_parameter": "run, tensor, channel", "quantization_scheme": "run", "run": "id",
    "run_artifact": "run, role, artifact", "warning": "run, number",
  ]

  /// All tables, by name, as they stood at one moment.
  public func tableContents() throws -> [TableContents] {
    try read { database in
      try Self.tables.sorted { $0.key < $1.key }.map { name, order in
        let statement = try database.makeStatement(sql: "SELECT * FROM \(name) ORDER BY \(order)")
        let rows = try Row.fetchAll(statement).map { row in Array(row.databaseValues.map(Self.value)) }
        return TableContents(name: name, columns: statement.columnNames, rows: rows)
      }
    }
  }

  private static func value(_ value: DatabaseValue) -> TableContents.Value {
    switch value.storage {
    case .null: .null
    case .int64(let number): .integer(number)
    case .double(let number): .real(number)
    case .string(let text): .text(text)
    // No column of ours holds bytes.
    case .blob: .text(value.description)
    }
  }
}
