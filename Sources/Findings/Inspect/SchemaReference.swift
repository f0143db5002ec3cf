import Catalog
import Tables

/// The page that says what stands in the catalog, made of the schema itself.
package struct SchemaReference {
  /// The tables and views, each column of them with type and meaning.
  package let objects: [Catalog.SchemaObject]

  /// Asks a new catalog for its schema.
  /// - Throws: `CatalogError`.
  package init() throws {
    let objects = try Catalog.schema()
    let tables = objects.filter { !$0.isView }.map { table in
      var table = table
      for index in table.columns.indices {
        let column = table.columns[index]
        let said = [SchemaNotes.columns["\(table.name).\(column.name)"] ?? "", column.comment]
        table.columns[index].comment = said.filter { !$0.isEmpty }.joined(separator: "; ")
      }
      return table
    }
    let views = objects.filter(\.isView).map { view in
      var view = view
      view.columns = view.columns.map { $0.comment.isEmpty ? Self.inherited($0, of: view.name, from: tables) : $0 }
      return view
    }
    self.objects = tables + views
  }

  /// A view's column that says nothing of itself means what a table's column of its name means: the run's, or of another
  /// table, first that which bears the view's name in the singular; a scale's, that of the parameters.
  private static func inherited(
    _ column: Catalog.SchemaObject.Column, of view: String, from tables: [Catalog.SchemaObject]
  ) -> Catalog.SchemaObject.Column {
    func rank(_ table: Catalog.SchemaObject) -> Int {
      if view.hasPrefix(table.name) { return 0 }
      if view == "scheme" && table.name == "quantization_scheme" { return 1 }
      if table.name == "run" { return 2 }
      return view == "scale" && table.name == "quantization_parameter" ? 3 : 4
    }
    let sources = tables.sorted { (rank($0), $0.name) < (rank($1), $1.name) }
    let found = sources.lazy.compactMap { table in table.columns.first { $0.name == column.name } }.first
    return found.map { .init(name: $0.name, type: $0.type, isOptional: false, comment: $0.comment) } ?? column
  }

  package func markdown() -> String {
    let (tables, views) = (objects.filter { !$0.isView }, objects.filter(\.isView))
    return Self.introduction + "\n## Views\n\nThe usual questions, each answered by one SELECT.\n"
      + views.map(section).joined() + "\n## Tables\n\nWhat happened, each fact once. All are STRICT.\n"
      + tables.map(section).joined()
  }

  private func section(_ object: Catalog.SchemaObject) -> String {
    var table = Table("", columns: [.code("Column"), .text("Type"), .text("Meaning")])
    for column in object.columns {
      let isUnsaid = column.isOptional && !column.comment.contains("NULL")
      table.append([column.name, column.type, column.comment + (isUnsaid ? "; may be NULL" : "")])
    }
    let example = SchemaExamples.views[object.name].map { "\n```sql\n\($0);\n```\n" } ?? ""
    return "\n### \(object.name)\n\n\(object.comment)\n\(example)\n\(Self.markdown(table))"
  }

  /// Cells hold comments of our own, where a bar is the one letter that Markdown's tables take for theirs.
  private static func markdown(_ table: Table) -> String {
    let rows = table.rows.map { row in
      row.enumerated().map { index, cell in
        table.columns[index].isCode ? "`\(cell.text)`" : cell.text.replacing("|", with: "\\|")
      }
    }
    let rule = table.columns.map { _ in "---" }
    return ([table.columns.map(\.title), rule] + rows).map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }

  private static let introduction = """
    # The catalog

    `Artifacts/catalog.sqlite` remembers every run: what it read and wrote, by digest; what it measured; every scale that it
    chose. It is an SQLite file, made for people. This page is written by the schema itself (`make catalog-reference`), and
    the same comments stand in it: `.schema scale` in the sqlite3 shell shows them.

    ```
    sqlite3 -readonly -box Artifacts/catalog.sqlite "SELECT * FROM scheme"
    ```

    - Tables are STRICT: SQLite 3.37 or newer reads them, as does whatever is built on it.
    - Times are UTC, `2026-01-31T23:59:59.123Z`. A column's name says its unit (`_percent`, `_points`, `_bytes`,
      `_db`, `_per_second`, `seconds`); a figure of `metric` has it beside it, in `unit`. Accuracies in tables are
      fractions, 0 to 1, and in views with `_percent` in the name percent. `points` are differences of percents.
    - NULL means unknown, not measured or not a number (NaN), never zero; what else it means stands beside the column.
      Infinities are values: `Inf`.
    - `run` in every table and view is `run.id`. A view that speaks of the newest speaks of runs that succeeded.
    - Nothing in it is needed to make anything: delete the file and a new one is begun. Read it while stages run; writers
      wait for readers, thirty seconds at most, so leave no transaction open.

    """
}
