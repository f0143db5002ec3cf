import Catalog
import Testing

@Suite("All tables")
struct TableContentsTests {
  let catalog: Catalog
  let fixture: Fixture
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path, processes: .fake())
  }

  /// Catches a table that a later migration adds and that is forgotten here.
  @Test("every table of the schema, each with all its columns")
  func complete() throws {
    let tables = try catalog.tableContents()
    #expect(
      try tables.map(\.name) == fixture.select("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"))
    for table in tables {
      // table_xinfo: generated columns too.
      #expect(try table.columns == fixture.select("SELECT name FROM pragma_table_xinfo('\(table.name)')"))
      #expect(table.rows == [])
    }
  }

  @Test("rows by primary key, whatever the order of writing, and their values as SQLite holds them")
  func rows() throws {
    let run = try catalog.begin(.plain("evaluate"))
    let metrics: [Catalog.Metric] = [
      .init("b", value: .nan, unit: ""), .init("a", value: .infinity, unit: "s"), .accuracy(.int8, 0.5),
    ]
    try catalog.finish(run: run, .succeeded(.init(metrics: metrics)))
    let table = try #require(try catalog.tableContents().first { $0.name == "metric" })
    #expect(table.columns == ["run", "model", "layer", "name", "value", "unit"])
    #expect(
      table.rows == [
        [.integer(1), .text(""), .text(""), .text("a"), .real(.infinity), .text("s")],
        [.integer(1), .text(""), .text(""), .text("b"), .null, .text("")],
        [.integer(1), .text("int8"), .text(""), .text("accuracy"), .real(0.5), .text("fraction")],
      ])
  }

  /// Catches an order that is not the primary key's: two exports of one catalog could then differ.
  @Test("the order names every column of the primary key")
  func keys() throws {
    for table in try catalog.tableContents() {
      let key = try fixture.select("SELECT name FROM pragma_table_info('\(table.name)') WHERE pk > 0 ORDER BY pk")
      #expect(Catalog.tables[table.name] == key.joined(separator: ", "))
    }
  }
}
