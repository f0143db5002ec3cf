import Catalog
import Foundation
import GRDB
import Testing

@Suite("Opening a catalog")
struct MigrationsTests {
  let fixture: Fixture
  init() throws { fixture = try Fixture() }

  /// Catches a version checked outside the transaction: a second process then creates the tables again.
  @Test("many open a new file at once: one creates the schema, all succeed")
  func race() async throws {
    for _ in 0..<8 {
      let fixture = try Fixture()
      try await withThrowingTaskGroup(of: Int64.self) { group in
        for _ in 0..<16 {
          group.addTask { try Catalog(path: fixture.path).begin(.plain()) }
        }
        var runs = Set<Int64>()
        for try await run in group { runs.insert(run) }
        #expect(runs == Set(1...16))
      }
      #expect(try fixture.soundness() == ["ok"])
    }
  }

  @Test("a catalog is opened again with all that is in it")
  func reopening() throws {
    let run = try Catalog(path: fixture.path).begin(.plain())
    let before = try fixture.bytes()
    #expect(try Catalog(path: fixture.path).run(run)?.status == .running)
    #expect(try fixture.bytes() == before)
  }

  @Test("an older catalog keeps its runs and gains what later versions have", arguments: [1, 2, 3, 4, 5, 6, 7])
  func older(version: Int) throws {
    let run = try Catalog(path: fixture.path).begin(.plain())
    try fixture.execute("DROP VIEW language_evaluation; DROP VIEW language_layer_error")
    try fixture.execute("DROP TABLE greedy_flip; DROP TABLE massive_activation")
    if version <= 6 { try fixture.execute("DROP VIEW device; DROP TABLE emulation") }
    if version <= 5 {
      try fixture.execute(
        "DROP VIEW scale; DROP TABLE warning; ALTER TABLE quantization_parameter DROP COLUMN raised_for")
      let scale = try #require(Migrations.versions[0].first { $0.hasPrefix("CREATE VIEW scale ") })
      try fixture.execute(scale)
    }
    if version <= 4 { try fixture.execute("DROP VIEW sensitivity; DROP VIEW paired_test") }
    if version <= 3 { try fixture.execute("DROP VIEW layer_error") }
    if version <= 2 { try fixture.execute("DROP VIEW benchmarks; DROP TABLE benchmark") }
    if version == 1 { try fixture.execute("DROP VIEW scheme; DROP TABLE quantization_scheme") }
    try fixture.execute("PRAGMA user_version = \(version)")
    #expect(try Catalog(path: fixture.path).run(run)?.id == run)
    #expect(try fixture.select("SELECT user_version FROM pragma_user_version") == ["8"])
    #expect(try fixture.select("SELECT count(*) FROM scheme") == ["0"])
    #expect(try fixture.select("SELECT count(*) FROM benchmarks") == ["0"])
    #expect(try fixture.select("SELECT count(*) FROM layer_error") == ["0"])
    #expect(try fixture.select("SELECT made_by FROM lineage") == [])
    #expect(try fixture.select("SELECT raised_for FROM scale") == [])
    #expect(try fixture.select("SELECT message FROM warning") == [])
    #expect(try fixture.select("SELECT machine FROM device") == [])
    #expect(try fixture.select("SELECT run FROM language_evaluation UNION ALL SELECT run FROM greedy_flip") == [])
    #expect(try fixture.select("SELECT (SELECT count(*) FROM sensitivity) + count(*) FROM paired_test") == ["0"])
  }

  /// A landed migration is never edited: a catalog in use would differ from a new one. Whoever sees this
  /// fail has to write a new migration instead.
  @Test(
    "what has landed is frozen",
    arguments: [
      (1, 0x513C_B99F_B203_3540), (2, 0x51A5_D92C_FD86_4FE6), (3, 0x94C5_35E6_023D_F85B),
      (4, 0x0129_3D86_5543_C8F2), (5, 0x4D2B_456C_1B07_B522), (6, 0x4C3F_B05E_90DD_33DE),
      (7, 0x8EB8_32A8_B4ED_161A), (8, 0x591E_DAE2_FDEF_AE88),
    ] as [(Int, UInt64)])
  func frozen(version: Int, expected: UInt64) throws {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for byte in Migrations.versions[version - 1].joined(separator: "\n").utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    #expect(hash == expected)
  }

  @Test("a newer catalog is refused, its bytes unchanged")
  func newer() throws {
    _ = try Catalog(path: fixture.path)
    try fixture.execute("PRAGMA user_version = 9")
    let before = try fixture.bytes()
    #expect(
      line { _ = try Catalog(path: fixture.path) }
        == "catalog \(fixture.path): version 9, this program knows versions up to 8: "
        + "left untouched, use a newer Octavo or another file")
    #expect(try fixture.bytes() == before)
  }

  @Test(
    "another program's database is refused, its bytes unchanged",
    arguments: [
      "PRAGMA application_id = 42; CREATE TABLE note (text TEXT)",
      "PRAGMA application_id = 42",
      "CREATE TABLE note (text TEXT)",
      "PRAGMA user_version = 1",
      // Changing the journal mode before looking would rewrite this one's header.
      "PRAGMA journal_mode = WAL; CREATE TABLE note (text TEXT)",
      // Our mark, but never migrated.
      "PRAGMA application_id = 1329812566",
    ])
  func foreign(sql: String) throws {
    try fixture.execute(sql)
    let before = try fixture.bytes()
    let error = line { _ = try Catalog(path: fixture.path) }
    #expect(error?.contains("another program's database") == true)
    #expect(error?.contains("\n") == false)
    #expect(try fixture.bytes() == before)
  }

  @Test(
    "a file that is no database is refused, its bytes unchanged",
    arguments: [Data("hello, world\n".utf8), Data(repeating: 0x5A, count: 10_000)])
  func garbage(bytes: Data) throws {
    try bytes.write(to: URL(fileURLWithPath: fixture.path))
    #expect(
      line { _ = try Catalog(path: fixture.path) }
        == "catalog \(fixture.path): not an SQLite database: "
        + "move the file away and run again, a new one will be made")
    #expect(try fixture.bytes() == bytes)
  }

  @Test("a catalog with a damaged page is reported as damaged")
  func damaged() throws {
    _ = try Catalog(path: fixture.path)
    var bytes = try fixture.bytes()
    // The root page of the schema starts behind the 100 bytes of the header.
    for offset in 100..<4000 { bytes[offset] = 0xFF }
    try bytes.write(to: URL(fileURLWithPath: fixture.path))
    let error = line { _ = try Catalog(path: fixture.path) }
    #expect(error?.hasPrefix("catalog \(fixture.path): damaged (") == true, "\(error ?? "accepted")")
    #expect(try fixture.bytes() == bytes)
  }

  @Test("a new file that another process holds is waited for, then a clear error")
  func busy() throws {
    try fixture.shell().writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN IMMEDIATE")
      #expect(throws: CatalogError.busy(path: fixture.path, seconds: 0.02)) {
        _ = try Catalog(path: fixture.path, busyTimeout: 0.02)
      }
      try database.execute(sql: "ROLLBACK")
    }
    #expect(try Catalog(path: fixture.path).begin(.plain()) == 1)
  }

  @Test("a missing folder is named")
  func missingFolder() throws {
    let path = fixture.folder + "/nowhere/catalog.sqlite"
    #expect(
      line { _ = try Catalog(path: path) }?.hasPrefix("catalog \(path): cannot be opened (") == true)
  }

  @Test("a catalog that someone turned to WAL is turned back")
  func journalMode() throws {
    _ = try Catalog(path: fixture.path)
    try fixture.execute("PRAGMA journal_mode = WAL")
    let catalog = try Catalog(path: fixture.path)
    _ = try catalog.begin(.plain())
    #expect(try fixture.select("PRAGMA journal_mode") == ["delete"])
  }

  /// The journal of a migration cut in the middle is rolled back by the next to open the file.
  @Test("a migration that never commits leaves nothing behind")
  func interrupted() throws {
    let copy = try Fixture()
    let shell = try fixture.shell()
    try shell.writeWithoutTransaction { database in
      // One page of cache makes SQLite write to the file before the commit, as a large migration would.
      try database.execute(
        sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE; CREATE TABLE run (id); CREATE TABLE artifact (id)")
      for _ in 0..<50 { try database.execute(sql: "INSERT INTO run VALUES (zeroblob(3000))") }
      try database.execute(sql: "PRAGMA application_id = 1329812566; PRAGMA user_version = 1")
      // The files as a killed process would leave them.
      for suffix in ["", "-journal"] {
        try FileManager.default.copyItem(atPath: fixture.path + suffix, toPath: copy.path + suffix)
      }
      try database.execute(sql: "ROLLBACK")
    }
    #expect(try copy.bytes().count > 4096)
    _ = try Catalog(path: copy.path).begin(.plain())
    #expect(try copy.select("SELECT count(*) FROM run") == ["1"])
    #expect(try copy.soundness() == ["ok"])
  }
}
