/// Horizontal bars from zero, a picture beside the table that holds the same figures.
struct BarChart: Sendable, Hashable {
  /// Which network a bar belongs to; each has its colour.
  enum Kind: String, Sendable, Hashable {
    case float32
    case int8
  }

  /// One bar.
  struct Bar: Sendable, Hashable {
    var label: String
    var value: Double
    var text: String
    var kind: Kind
  }

  var caption: String
  var bars: [Bar]

  private static let width = 480.0
  private static let labelHeight = 20.0
  private static let barHeight = 16.0
  private static let gap = 10.0
  /// Room to the right of the longest bar for its figure.
  private static let figureWidth = 110.0

  /// The chart as an inline SVG; its colours come from the page's style.
  func svg() -> String {
    let step = Self.labelHeight + Self.barHeight + Self.gap
    let height = Int(step * Double(bars.count))
    let longest = bars.map(\.value).filter(\.isFinite).max() ?? 0
    let title = caption + ": " + bars.map { "\($0.label) \($0.text)" }.joined(separator: ", ")
    var lines = [
      "<svg viewBox=\"0 0 \(Int(Self.width)) \(height)\" role=\"img\" aria-label=\"\(HTMLText.escaped(title))\">"
    ]
    for (index, bar) in bars.enumerated() {
      let top = step * Double(index)
      // A figure that is no number has no length, and its text says so.
      let share = bar.value.isFinite && longest > 0 ? max(0, bar.value / longest) : 0
      let length = ((Self.width - Self.figureWidth) * share * 10).rounded() / 10
      let barTop = top + Self.labelHeight
      lines.append("<text x=\"0\" y=\"\(Int(top) + 14)\">\(HTMLText.escaped(bar.label))</text>")
      lines.append(
        "<rect class=\"\(bar.kind.rawValue)\" x=\"0\" y=\"\(Int(barTop))\" width=\"\(length)\" "
          + "height=\"\(Int(Self.barHeight))\" rx=\"2\"/>")
      lines.append(
        "<text class=\"figure\" x=\"\(length + 8)\" y=\"\(Int(barTop) + 13)\">"
          + "\(HTMLText.escaped(bar.text))</text>")
    }
    lines.append("</svg>")
    return lines.joined(separator: "\n")
  }
}
