extension Table {
  /// The table for a terminal: columns aligned by spaces, two between them, a rule under the headings.
  /// - Parameters:
  ///   - width: the columns that it may fill, nil for as many as it takes. Texts are shortened first, the widest of them
  ///     before others and none below six; then columns are left out from the right, and a last line says how many.
  ///     A figure is never shortened: half of one is another.
  ///   - isColored: whether cells that are as they should be are green, and others red, where the table says so.
  package func plain(width: Int? = nil, isColored: Bool = false) -> String {
    let texts = [columns.map(\.title)] + rows.map { $0.map { PlainText.oneLine($0.text) } }
    let natural = columns.indices.map { column in texts.map { $0[column].count }.max() ?? 0 }
    let widths = width.map { fitted(natural, in: $0) } ?? natural
    let missing = columns.count - widths.count
    var lines = texts.indices.map { row in
      let cells = widths.indices.map { column in
        let text = PlainText.shortened(texts[row][column], to: widths[column])
        let padding = String(repeating: " ", count: widths[column] - text.count)
        let colored = isColored && row > 0 ? rows[row - 1][column].colored(text) : text
        return columns[column].alignment == .left ? colored + padding : padding + colored
      }
      return cells.joined(separator: "  ").trimmingTrailingSpaces()
    }
    lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
    let notes = missing == 0 ? [] : ["… and \(missing) column\(missing == 1 ? "" : "s") more"]
    let around = ([PlainText.oneLine(caption)], notes)
    let cut = { (line: String) in width.map { PlainText.shortened(line, to: $0) } ?? line }
    return (around.0.map(cut) + lines + around.1.map(cut)).joined(separator: "\n") + "\n"
  }

  /// The least that is left of a text.
  private static let leastText = 6

  /// The columns' widths within a terminal's: those of the first columns that fit, however short their texts.
  private func fitted(_ natural: [Int], in width: Int) -> [Int] {
    for count in columns.indices.reversed().map({ $0 + 1 }) {
      var widths = Array(natural.prefix(count))
      while widths.reduce(0, +) + 2 * (count - 1) > width {
        let texts = widths.indices.filter { columns[$0].alignment == .left && widths[$0] > Self.leastText }
        guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
      }
      if widths.reduce(0, +) + 2 * (count - 1) <= width { return widths }
    }
    return columns.isEmpty ? [] : [max(width, 0)]
  }
}

extension Table.Cell {
  /// A text in the colour that the cell asks for.
  fileprivate func colored(_ text: String) -> String {
    switch heat {
    case .right: "\u{1B}[32m\(text)\u{1B}[0m"
    case .wrong: "\u{1B}[31m\(text)\u{1B}[0m"
    case nil: text
    }
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension PlainText {
  /// The text, or its beginning and an ellipsis where it is longer.
  package static func shortened(_ text: String, to width: Int) -> String {
    text.count <= width ? text : width > 0 ? text.prefix(width - 1) + "…" : ""
  }
}
