import Catalog
import Findings
import Foundation
import Testing

@Suite("The catalog's reference")
struct SchemaReferenceTests {
  private let reference: SchemaReference
  init() throws { reference = try SchemaReference() }

  /// Catches a schema that changed without its page.
  @Test("the page that is committed is the one that the schema writes")
  func page() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = "docs/catalog-reference.md"
    let committed = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
    #expect(committed == reference.markdown(), "\(page) is out of date: run `make catalog-reference` and commit it")
  }

  @Test("every column has a type and a meaning, every table and view a sentence")
  func complete() {
    #expect(reference.objects.count { $0.isView } == 15 && reference.objects.count { !$0.isView } == 13)
    for object in reference.objects {
      #expect(!object.comment.isEmpty, "\(object.name)")
      for column in object.columns {
        #expect(["INTEGER", "REAL", "TEXT"].contains(column.type), "\(object.name).\(column.name): \(column.type)")
        #expect(!column.comment.isEmpty, "\(object.name).\(column.name)")
      }
    }
  }

  /// Catches a note on a column that was renamed or never was.
  @Test("every note is of a column that is there")
  func notes() {
    let columns = reference.objects.filter { !$0.isView }.flatMap { table in
      table.columns.map { "\(table.name).\($0.name)" }
    }
    #expect(Set(SchemaNotes.columns.keys).subtracting(columns) == [])
  }

  @Test("a view's column means what its table says: a benchmark's threads are not the run's")
  func inherited() throws {
    func column(_ view: String, _ name: String) throws -> String {
      try #require(reference.objects.first { $0.name == view }?.columns.first { $0.name == name }).comment
    }
    #expect(try column("benchmarks", "shape") == column("benchmark", "shape"))
    #expect(try column("scheme", "profile") == column("quantization_scheme", "profile"))
    #expect(try column("scale", "observer") == column("quantization_parameter", "observer"))
    #expect(try column("scale", "channel") == column("quantization_parameter", "channel"))
    #expect(try column("scale", "scheme") == column("run", "scheme"))
    #expect(try column("speed", "cpu") == column("run", "cpu"))
  }

  @Test("each view has an example, and the page a section for each table and view")
  func sections() {
    let page = reference.markdown()
    for object in reference.objects {
      #expect(page.contains("\n### \(object.name)\n"))
      if object.isView { #expect(page.contains(" FROM \(object.name)"), "\(object.name)") }
    }
  }
}
