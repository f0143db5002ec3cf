import Catalog
import Findings
import FindingsSupport
import Foundation
import Testing

@Suite("Tables as files")
struct CatalogExportTests {
  private static let table = Catalog.TableContents(
    name: "t", columns: ["id", "value", "text"],
    rows: [
      [.integer(-1), .real(0.1), .text("plain")],
      [.integer(.max), .null, .text("")],
      [.null, .real(-.infinity), .text("a, \"b\"\r\nc\\\t\u{1}ä")],
    ])

  @Test("CSV: NULL is empty, an empty text is quoted, quotes are doubled")
  func csv() {
    #expect(
      Self.table.csv()
        == "id,value,text\n-1,0.1,plain\n9223372036854775807,,\"\"\n,-inf,\"a, \"\"b\"\"\r\nc\\\t\u{1}ä\"\n")
  }

  @Test("JSON: an object a line, keys in the order of the columns")
  func json() {
    #expect(
      Self.table.json() == """
        [
          {"id": -1, "value": 0.1, "text": "plain"},
          {"id": 9223372036854775807, "value": null, "text": ""},
          {"id": null, "value": -9e999, "text": "a, \\"b\\"\\r\\nc\\\\\\t\\u0001ä"}
        ]

        """)
  }

  /// Catches quotes that are looked for by Character: with an accent on it, a quote is another one.
  @Test("a quote that carries an accent is a quote")
  func accent() {
    let table = Catalog.TableContents(name: "t", columns: ["a"], rows: [[.text("\"\u{301}")]])
    #expect(table.csv() == "a\n\"\"\"\u{301}\"\n")
    #expect(table.json() == "[\n  {\"a\": \"\\\"\u{301}\"}\n]\n")
  }

  @Test("a table without rows is its names, and an empty array")
  func empty() {
    let table = Catalog.TableContents(name: "t", columns: ["a", "b,c"], rows: [])
    #expect(table.csv() == "a,\"b,c\"\n")
    #expect(table.json() == "[]\n")
  }

  /// Catches JSON that only looks right, and a command's quotes that end the text.
  @Test("a real catalog's tables read back as JSON")
  func readsBack() throws {
    let shelf = try Shelf()
    try shelf.run("convert", results: .init(metrics: [.init("a \"b\"\n", value: .nan, unit: "")]))
    for table in try shelf.catalog.tableContents() {
      let objects = try JSONSerialization.jsonObject(with: Data(table.json().utf8)) as? [[String: Any]]
      #expect(objects?.count == table.rows.count)
      #expect(objects?.allSatisfy { Set($0.keys) == Set(table.columns) } == true)
    }
  }
}
