internal import GRDB

extension Catalog {
  /// A table or a view of the schema, with what its text says of it.
  public struct SchemaObject: Sendable, Hashable {
    /// A column.
    public struct Column: Sendable, Hashable {
      /// Its name.
      public var name: String
      /// `INTEGER`, `REAL` or `TEXT`; empty where a view's text does not say.
      public var type: String
      /// Whether it may be NULL; of a view's column, false: its text says so where it matters.
      public var isOptional: Bool
      /// What the schema's text says of it, in one line; empty where it says nothing.
      public var comment: String

      /// A column of the given parts.
      public init(name: String, type: String, isOptional: Bool, comment: String) {
        (self.name, self.type, self.isOptional, self.comment) = (name, type, isOptional, comment)
      }
    }

    /// Its name.
    public var name: String
    /// Whether it is a view.
    public var isView: Bool
    /// What the schema's text says of it, in one line.
    public var comment: String
    /// Its columns, in order.
    public var columns: [Column]
  }

  /// The schema of the newest version, as a new catalog has it: tables by name, then views by name.
  /// - Throws: ``CatalogError``.
  public static func schema() throws -> [SchemaObject] {
    let queue = try DatabaseQueue()
    return try queue.writeWithoutTransaction { database in
      try Migrations.bringUpToDate(database, path: ":memory:")
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT name, type, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*'
          ORDER BY type, name
          """)
      return try rows.map { try object(name: $0["name"], isView: $0["type"] == "view", sql: $0["sql"], database) }
    }
  }

  private static func object(name: String, isView: Bool, sql: String, _ database: Database) throws -> SchemaObject {
    let text = SchemaText(sql)
    let columns = try Row.fetchAll(database, sql: "SELECT * FROM pragma_table_xinfo(?) ORDER BY cid", arguments: [name])
    return SchemaObject(
      name: name, isView: isView, comment: text.comment,
      columns: columns.map { row in
        let column: String = row["name"]
        let comment = text.comments[column] ?? ""
        // Of a view's columns SQLite's versions say different types; the text says one.
        guard !isView else {
          let (type, rest) = SchemaText.typed(comment)
          return .init(name: column, type: type, isOptional: false, comment: rest)
        }
        let isOptional = row["notnull"] as Int == 0 && row["pk"] as Int == 0
        return .init(name: column, type: row["type"], isOptional: isOptional, comment: comment)
      })
  }
}
