import Tables

/// What stages came to, as short tables: a person sees them when the stage is done.
extension Table {
  /// Rows of a list that are shown; how many more there are is said. A table of so many goes through a pipe in one
  /// piece.
  package static let shownRows = 20

  /// The table under the name of a stage and its scheme: `convert octavo: …`.
  func named(_ name: String) -> Table {
    var table = self
    table.caption = "\(name): \(caption)"
    return table
  }

  /// The first rows of a list, and the number of the others.
  package static func listing<Element>(
    _ caption: String, columns: [Column], of elements: [Element], row: (Element) -> [String]
  ) -> Table {
    var table = Table(caption, columns: columns)
    for element in elements.prefix(shownRows) { table.append(row(element)) }
    let rest = elements.count - shownRows
    if rest > 0 {
      table.append(["… and \(rest) more"] + [String](repeating: "", count: columns.count - 1))
    }
    return table
  }

  /// Files: where each lies, its size, and where it came from.
  package static func files(_ files: [(path: String, bytes: Int, origin: String)], of dataset: String) -> Table {
    listing(
      "files of \(dataset)", columns: [.code("File"), .number("Size"), .text("From")], of: files
    ) { [$0.path, Format.bytes(Int64($0.bytes)), $0.origin] }
  }
}
