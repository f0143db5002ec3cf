/// An inline SVG in the making: what every chart draws with.
package struct SVG {
  /// The width of every picture's view box: at 330 points of a phone its smallest letters are still ten points high.
  static let width = 400.0

  private var elements: [String] = []
  private var width: Double

  init(width: Double = SVG.width) { self.width = width }

  /// Where a text stands from the point it is given.
  enum Anchor: String {
    case start
    case middle
    case end
  }

  /// A coordinate to one decimal, the same on every machine. What is no number is 0, what is far off is brought near.
  package static func number(_ value: Double) -> String {
    let tenths = Int((max(-1e6, min(1e6, value.isNaN ? 0 : value)) * 10).rounded())
    let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
    return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
  }

  /// A line of text, moved and cut so that it stays within the picture and its room. A cut text has the whole as its
  /// title.
  mutating func text(
    _ text: String, x: Double, y: Double, style: SVGText.Style = .normal, anchor: Anchor = .start,
    room: Double = .infinity
  ) {
    let shown = SVGText.fitted(text, min(room, width - 2), style)
    let length = SVGText.width(shown, style)
    let share = anchor == .start ? 0.0 : anchor == .middle ? 0.5 : 1.0
    let left = max(0, min(x - share * length, width - length))
    let full = SVGText.cleaned(text)
    let title = shown == full ? "" : "<title>\(HTMLText.escaped(full))</title>"
    let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    elements.append(
      "<text class=\"\(style.rawValue)\" x=\"\(Self.number(left + share * length))\" y=\"\(Self.number(y))\"\(side)>"
        + "\(title)\(HTMLText.escaped(shown))</text>")
  }

  /// A box; one of negative size has none.
  mutating func box(_ kind: String, x: Double, y: Double, width: Double, height: Double, radius: Double = 2) {
    elements.append(
      "<rect class=\"\(kind)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(max(0, width)))\" "
        + "height=\"\(Self.number(max(0, height)))\" rx=\"\(Self.number(radius))\"/>")
  }

  /// A straight line. `more` are attributes besides.
  mutating func line(_ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, more: String = "") {
    elements.append(
      "<line class=\"\(kind)\" x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
        + "y2=\"\(Self.number(y2))\"\(more)/>")
  }

  /// A path by its commands; without any there is nothing to draw.
  mutating func path(_ kind: String, _ commands: String, more: String = "") {
    if !commands.isEmpty { elements.append("<path class=\"\(kind)\" d=\"\(commands)\"\(more)/>") }
  }

  /// A line through points.
  mutating func polyline(_ kind: String, _ points: [(x: Double, y: Double)]) {
    if points.count < 2 { return }
    path(kind, "M" + points.map { "\(Self.number($0.x)) \(Self.number($0.y))" }.joined(separator: "L"))
  }

  mutating func dot(_ kind: String, x: Double, y: Double, radius: Double) {
    elements.append(
      "<circle class=\"\(kind)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\"/>")
  }

  /// The whole element.
  func closed(height: Double, alternative: String) -> String {
    let words = HTMLText.escaped(SVGText.cleaned(alternative))
    let head =
      "<svg viewBox=\"0 0 \(Self.number(width)) \(Self.number(max(1, height.rounded(.up))))\" role=\"img\" "
      + "aria-label=\"\(words)\">"
    return ([head, "<title>\(words)</title>"] + elements + ["</svg>"]).joined(separator: "\n")
  }
}
