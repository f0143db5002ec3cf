/// A table, described once and rendered as Markdown, HTML or plain text.
package struct Table: Sendable, Hashable {
  /// Where a column's text stands.
  package enum Alignment: Sendable, Hashable {
    case left
    case right
  }

  /// A column: its heading and what its cells are like.
  package struct Column: Sendable, Hashable {
    package var title: String
    package var alignment: Alignment
    /// True of names, paths and digests, which are shown letter by letter.
    package var isCode: Bool
    /// True of lists that may fill more than a line; others stay in one.
    package var isList = false

    /// Words.
    package static func text(_ title: String) -> Column {
      Column(title: title, alignment: .left, isCode: false)
    }

    /// Figures.
    package static func number(_ title: String) -> Column {
      Column(title: title, alignment: .right, isCode: false)
    }

    /// Lists of figures.
    package static func list(_ title: String) -> Column {
      Column(title: title, alignment: .left, isCode: false, isList: true)
    }

    /// Names, paths, digests.
    package static func code(_ title: String) -> Column {
      Column(title: title, alignment: .left, isCode: true)
    }
  }

  /// A cell: its text, and for a heat map how much of which colour.
  package struct Cell: Sendable, Hashable, ExpressibleByStringLiteral {
    /// What the colour says.
    package enum Heat: Sendable, Hashable {
      /// As it should be, the more the nearer to 1.
      case right(Double)
      /// As it should not be, the more the nearer to 1.
      case wrong(Double)
    }

    package var text: String
    package var heat: Heat?

    package init(_ text: String, heat: Heat? = nil) {
      self.text = text
      self.heat = heat
    }

    package init(stringLiteral value: String) { self.init(value) }
  }

  /// What the table shows.
  package var caption: String
  /// The columns; the first names its row.
  package var columns: [Column]
  /// The rows, each as long as `columns`.
  package private(set) var rows: [[Cell]]

  /// A table without rows.
  package init(_ caption: String, columns: [Column]) {
    self.caption = caption
    self.columns = columns
    rows = []
  }

  /// Adds a row.
  /// - Precondition: it has a cell for each column.
  package mutating func append(_ row: [Cell]) {
    precondition(row.count == columns.count, "a row of \(row.count) cells under \(columns.count) columns")
    rows.append(row)
  }

  /// Adds a row of texts.
  package mutating func append(_ row: [String]) { append(row.map { Cell($0) }) }
}
