import Foundation

/// An inline SVG under way: elements in the order in which they are drawn.
///
/// It has no size of its own, only proportions, so that a page lays it out before it is drawn; no names, no script, and
/// no colours but the page's classes.
struct SVG {
  /// Where a text stands to its place.
  enum Anchor: String {
    case start
    case middle
    case end
  }

  let width: Double
  let height: Double
  private var elements: [String] = []

  /// A font's height in the charts, and the width of a letter in it, on the generous side.
  static let fontSize = 11.0
  private static let letterWidth = 6.3

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// A coordinate to a tenth of a pixel.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = (value * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0
      ? String(format: "%.0f", tenths / 10 + 0) : String(format: "%.1f", tenths / 10)
  }

  mutating func line(_ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
    let (n, m) = (
      "x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\"", "x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\""
    )
    elements.append("<line class=\"\(kind)\" \(n) \(m)/>")
  }

  /// Teeth of a width of 0.6 from `start` on, `step` apart, as far as `end`; one element, however many.
  mutating func comb(_ kind: String, from start: Double, to end: Double, step: Double, y: Double, height: Double) {
    // Teeth nearer than this melt into a bar.
    let isSolid = step < 0.9
    let dashes = isSolid ? "" : " stroke-dasharray=\"0.6 \(String(format: "%.4f", step - 0.6))\""
    elements.append(
      "<line class=\"\(kind)\" x1=\"\(Self.number(start - 0.3))\" y1=\"\(Self.number(y))\" x2=\"\(Self.number(end + 0.3))\" "
        + "y2=\"\(Self.number(y))\" stroke-width=\"\(Self.number(height))\"\(dashes)/>")
  }

  mutating func rectangle(_ kind: String, x: Double, y: Double, width: Double, height: Double, radius: Double = 0) {
    elements.append(
      "<rect class=\"\(kind)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(max(width, 0)))\" "
        + "height=\"\(Self.number(max(height, 0)))\"" + (radius > 0 ? " rx=\"\(Self.number(radius))\"" : "") + "/>")
  }

  mutating func circle(_ kind: String, x: Double, y: Double, radius: Double) {
    elements.append(
      "<circle class=\"\(kind)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\"/>")
  }

  /// Upright bars on a common ground, as one element.
  mutating func bars(_ kind: String, _ bars: [(x: Double, width: Double, height: Double)], ground: Double) {
    let path = bars.filter { $0.height > 0 }.map { bar in
      "M\(Self.number(bar.x)) \(Self.number(ground))v\(Self.number(-bar.height))h\(Self.number(bar.width))v\(Self.number(bar.height))z"
    }.joined()
    if !path.isEmpty { elements.append("<path class=\"\(kind)\" d=\"\(path)\"/>") }
  }

  /// A line through points.
  mutating func path(_ kind: String, _ points: [(x: Double, y: Double)]) {
    guard points.count > 1 else { return }
    let path = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(Self.number(point.x)) \(Self.number(point.y))"
    }.joined()
    elements.append("<path class=\"\(kind)\" d=\"\(path)\"/>")
  }

  /// A text, cut to a width where it is longer; the whole then stands in its tooltip.
  mutating func text(_ text: String, x: Double, y: Double, _ anchor: Anchor = .start, kind: String = "", room: Double) {
    let line = PlainText.oneLine(text)
    let letters = max(1, Int(room / Self.letterWidth))
    let isCut = line.count > letters
    let shown = isCut ? String(line.prefix(letters - 1)) + "…" : line
    let place = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    elements.append(
      "<text" + (kind.isEmpty ? "" : " class=\"\(kind)\"") + " \(place)"
        + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"") + ">\(HTMLText.escaped(shown))"
        + (isCut ? "<title>\(HTMLText.escaped(line))</title>" : "") + "</text>")
  }

  /// How wide a text is, on the generous side.
  static func width(of text: String) -> Double { Double(text.count) * letterWidth }

  /// The picture.
  func picture(caption: String, alternative: String, plain: [String]) -> Picture {
    let head = "<svg viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" role=\"img\""
    return Picture(
      caption: caption, alternative: alternative,
      svg: "\(head) aria-label=\"\(HTMLText.escaped(PlainText.oneLine(alternative)))\">\n"
        + elements.joined(separator: "\n") + "\n</svg>",
      width: Int(width), plain: plain)
  }
}
