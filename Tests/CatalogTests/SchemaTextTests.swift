import Catalog
import Testing

/// Comments of SQL, each by what it belongs to.
@Suite("The schema's text")
struct SchemaTextTests {
  @Test("a table: behind a comma, inside a definition, on a line of its own before the next, over several lines")
  func table() {
    let text = SchemaText(
      """
      CREATE TABLE t (
        -- What it is,
        -- in two lines.
        a TEXT NOT NULL CHECK (a <> '-- no comment, (really)'),  -- of a, with (brackets), and a comma
        b INTEGER,
        c TEXT
          -- of c
          CHECK (c IN ('x', 'y')),
        d TEXT                     -- of d
          CHECK (d IS NULL
            OR d GLOB 'it''s'),
        -- of e
        e INTEGER,  -- and more
        f REAL,
        PRIMARY KEY (a, b),  -- of no column
        CHECK (a < b)
      ) STRICT
      """)
    #expect(text.comment == "What it is, in two lines.")
    #expect(
      text.comments.filter { $0.key != "PRIMARY" }
        == ["a": "of a, with (brackets), and a comma", "c": "of c", "d": "of d", "e": "of e and more"])
  }

  @Test("a view: its columns' list, and what stands before its SELECT")
  func view() {
    let text = SchemaText(
      """
      CREATE VIEW v (
        a, b,  -- TEXT: of b
        c      -- REAL: of c
      ) AS
        -- What it answers.
        -- In two lines.
        SELECT a, b, c  -- of nothing
        FROM t (d)
      """)
    #expect(text.comment == "What it answers. In two lines.")
    #expect(text.comments == ["b": "TEXT: of b", "c": "REAL: of c"])
  }

  @Test(
    "a type stands before a colon, or not at all",
    arguments: [("REAL: x: y", "REAL", "x: y"), ("REAL", "", "REAL"), ("real: x", "", "real: x"), ("", "", "")])
  func types(comment: String, type: String, rest: String) {
    #expect(SchemaText.typed(comment) == (type, rest))
  }

  @Test("every table and view of a catalog, with its columns in order")
  func schema() throws {
    let fixture = try Fixture()
    _ = try Catalog(path: fixture.path)
    let objects = try Catalog.schema()
    #expect(
      try objects.map(\.name)
        == fixture.select("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY type, name"))
    for object in objects {
      #expect(
        try object.columns.map(\.name) == fixture.select("SELECT name FROM pragma_table_xinfo('\(object.name)')"))
      #expect(!object.comment.isEmpty && !object.comment.contains("--"), "\(object.name)")
    }
    let run = try #require(objects.first { $0.name == "run" })
    #expect(run.columns.first { $0.name == "pid" }?.comment.hasPrefix("Host, boot, pid and start time") == true)
    #expect(run.columns.first { $0.name == "error" }?.comment == "the line a failed run ended with; why a run is lost")
    #expect(run.columns.filter(\.isOptional).map(\.name).contains("seed"))
    #expect(!run.columns.filter(\.isOptional).map(\.name).contains("id"))
  }
}
