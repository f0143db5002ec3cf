internal import GRDB

/// The marks in a catalog's header, and the way from an empty or older file to the newest schema.
package enum Migrations {
  /// "OCTV", at offset 68 of the file: this database is an Octavo catalog. `file(1)` shows it.
  static let applicationID: Int32 = 0x4F43_5456

  /// Each version's statements, version 1 first. What has landed is frozen: only append.
  package static let versions: [[String]] = [
    Migration1.statements, Migration2.statements, Migration3.statements, Migration4.statements,
    Migration5.statements, Migration6.statements, Migration7.statements, Migration8.statements,
  ]

  /// The version this program writes, held in SQLite's `user_version`.
  static var newest: Int32 { Int32(versions.count) }

  /// What a file's header says.
  struct Header: Equatable {
    var applicationID: Int32
    var userVersion: Int32
    /// True of a new file, which has neither marks nor tables.
    var isEmpty: Bool
  }

  /// Brings the schema up to date, or refuses the file and leaves it as it was.
  ///
  /// The decision is taken inside `BEGIN IMMEDIATE`, so of many processes that find a new file one creates
  /// the schema and the others wait, look again and find it done.
  static func bringUpToDate(_ database: Database, path: String) throws {
    // Look before writing: the common case takes no write lock, and a foreign file is never touched.
    if try isUpToDate(readHeader(database), path: path) { return }
    try database.inTransaction(.immediate) {
      let header = try readHeader(database)
      if try isUpToDate(header, path: path) { return .rollback }
      for statements in versions[Int(header.userVersion)...] {
        for statement in statements { try database.execute(sql: statement) }
      }
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      try database.execute(sql: "PRAGMA user_version = \(newest)")
      return .commit
    }
  }

  private static func readHeader(_ database: Database) throws -> Header {
    // One statement, so that both marks and the tables are seen at one moment.
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT application_id, user_version, NOT EXISTS (SELECT * FROM sqlite_schema)
        FROM pragma_application_id, pragma_user_version
        """)
    guard let row else { return Header(applicationID: 0, userVersion: 0, isEmpty: true) }
    return Header(applicationID: row[0], userVersion: row[1], isEmpty: row[2])
  }

  private static func isUpToDate(_ header: Header, path: String) throws -> Bool {
    if header.applicationID == 0 && header.userVersion == 0 && header.isEmpty { return false }
    guard header.applicationID == applicationID, header.userVersion >= 1 else {
      throw CatalogError.foreignDatabase(path: path, applicationID: header.applicationID)
    }
    guard header.userVersion <= newest else {
      throw CatalogError.newerCatalog(path: path, version: header.userVersion, supported: newest)
    }
    return header.userVersion == newest
  }
}
