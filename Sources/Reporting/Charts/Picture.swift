/// A chart, drawn: for a page, for a reader who cannot see it, and for a terminal.
struct Picture: Sendable, Hashable {
  /// What it shows, in a sentence.
  var caption: String
  /// The same figures, or what matters of them, in words.
  var alternative: String
  /// An inline SVG whose colours are the page's.
  var svg: String
  /// The width at which it is drawn, in CSS pixels; it scales down as far as a telephone, and up by half.
  var width: Int
  /// The picture in letters, at most 78 in a line.
  var plain: [String]
}

/// Pictures in letters.
enum PlainPicture {
  /// Letters in a line.
  static let width = 64

  /// Values from 0 up as one line of bars, `▁▃█`, a blank for nothing. More than `width` are taken together, by the largest.
  static func sparkline(_ values: [Double]) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    let groups = grouped(values)
    let largest = groups.max() ?? 0
    return String(
      groups.map { value in
        guard value > 0, largest > 0 else { return " " }
        return bars[min(Int(value / largest * Double(bars.count)), bars.count - 1)]
      })
  }

  /// A bar of at most `room` blocks for a share of 0 to 1; one block at least where there is anything.
  static func bar(_ share: Double, room: Int) -> String {
    guard share.isFinite, share > 0 else { return "" }
    return String(repeating: "█", count: max(1, Int((min(share, 1) * Double(room)).rounded())))
  }

  /// A name in so many letters: cut with an ellipsis, or filled up with blanks.
  static func column(_ text: String, _ count: Int) -> String {
    let line = PlainText.oneLine(text)
    if line.count > count { return String(line.prefix(max(count - 1, 0))) + "…" }
    return line + String(repeating: " ", count: count - line.count)
  }

  private static func grouped(_ values: [Double]) -> [Double] {
    let values = values.map { $0.isFinite ? $0 : 0 }
    guard values.count > width else { return values }
    return (0..<width).map { index in
      values[index * values.count / width..<(index + 1) * values.count / width].max() ?? 0
    }
  }
}
