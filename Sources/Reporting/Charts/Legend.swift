/// Numbered lines below a picture, for what would not fit beside its dots.
struct Legend {
  /// One of them.
  struct Entry {
    /// The sign that stands in the picture.
    var mark: String
    /// The class of the dot before it.
    var kind: String
    var name: String
    var figure: String
  }

  var entries: [Entry]
  /// Entries beside each other.
  var columns: Int

  private static let step = 18.0

  /// How much room the lines take.
  var height: Double { Self.step * Double((entries.count + columns - 1) / columns) + 4 }

  /// Draws the lines below `top`, column by column.
  func draw(on svg: inout SVG, top: Double) {
    let rows = (entries.count + columns - 1) / columns
    let width = SVG.width / Double(columns)
    for (index, entry) in entries.enumerated() {
      let x = width * Double(index / rows)
      let y = top + Self.step * Double(index % rows) + 14
      svg.dot(entry.kind, x: x + 6, y: y - 4, radius: 4)
      svg.text(entry.mark, x: x + 32, y: y, style: .small, anchor: .end, room: 20)
      let figure = SVGText.fitted(entry.figure, width * 0.55, .small)
      let end = x + width - 8
      svg.text(entry.figure, x: end, y: y, style: .small, anchor: .end, room: width * 0.55)
      svg.text(entry.name, x: x + 38, y: y, style: .small, room: end - SVGText.width(figure, .small) - x - 46)
    }
  }
}
