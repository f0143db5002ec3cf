/// Pictures in letters, for a terminal and for Markdown.
package enum Letters {
  /// No line is longer.
  package static let columns = 78

  private static let eighths: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// The text in exactly so many columns: cut with `…`, or filled with spaces.
  package static func padded(_ text: String, _ columns: Int, isNumber: Bool = false) -> String {
    let text = fitted(text, columns)
    let space = String(repeating: " ", count: max(0, columns - width(text)))
    return isNumber ? space + text : text + space
  }

  /// The text in at most so many columns, without line breaks.
  package static func fitted(_ text: String, _ columns: Int = columns) -> String {
    let text = SVGText.cleaned(text)
    if width(text) <= columns { return text }
    var (kept, used) = ("", 1)
    for sign in text {
      used += width(String(sign))
      if used > columns { break }
      kept.append(sign)
    }
    return kept + "…"
  }

  /// Columns that a text takes: signs of the Far East and pictographs take two.
  package static func width(_ text: String) -> Int {
    text.reduce(0) { sum, sign in
      let isWide = sign.unicodeScalars.contains { (0x1100...0x115F).contains($0.value) || $0.value >= 0x2E80 }
      return sum + (isWide && sign != "\u{FFFD}" ? 2 : 1)
    }
  }

  /// One sign for each value, its height between both bounds; a space for what is no number.
  package static func sparkline(_ values: [Double], from low: Double? = nil) -> String {
    let axis = Axis(values + (low.map { [$0] } ?? []), start: 0, end: 7)
    return String(values.map { $0.isFinite ? eighths[Int(axis.position($0).rounded())] : " " })
  }

  /// A bar of a share of the columns; what is above nothing shows.
  package static func bar(_ share: Double, _ columns: Int) -> String {
    guard share.isFinite, share > 0 else { return "" }
    return String(repeating: "█", count: max(1, Int((min(1, share) * Double(columns)).rounded())))
  }

  /// The widest of some texts, as columns, but no more than the limit.
  package static func widest(_ texts: [String], limit: Int) -> Int {
    min(limit, texts.map { width(SVGText.cleaned($0)) }.max() ?? 0)
  }
}
