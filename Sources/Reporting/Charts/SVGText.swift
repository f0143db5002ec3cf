import Tables

/// Text in a picture, whose font is the reader's: its width is only estimated, and rather too wide than too narrow.
package enum SVGText {
  /// How a text looks. Sizes are units of the view box.
  package enum Style: String, Sendable, Hashable {
    case normal
    case small
    case figure
    case name

    /// The size `Stylesheet.charts` gives it.
    package var size: Double { self == .small || self == .name ? 12 : 13 }
  }

  /// The text without what XML forbids and without line breaks; those become `U+FFFD` and spaces.
  package static func cleaned(_ text: String) -> String {
    PlainText.replacing(text) { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: " "
      case ..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE...0xFFFF: "\u{FFFD}"
      default: scalar
      }
    }
  }

  /// The estimated width of a text.
  package static func width(_ text: String, _ style: Style = .normal) -> Double {
    let sum = text.unicodeScalars.reduce(0.0) { $0 + (style == .name ? max(0.62, ems($1)) : ems($1)) }
    return sum * style.size * (style == .figure ? 1.06 : 1)
  }

  /// The text, cut with `…` where it is wider than the room.
  package static func fitted(_ text: String, _ room: Double, _ style: Style = .normal) -> String {
    let text = cleaned(text)
    if width(text, style) <= room { return text }
    var (kept, used) = ("", width("…", style))
    for sign in text {
      used += width(String(sign), style)
      if used > room { break }
      kept.append(sign)
    }
    return kept + "…"
  }

  /// The text in at most so many lines, broken at spaces; the last is cut where it must be.
  package static func wrapped(_ text: String, _ room: Double, lines limit: Int, _ style: Style = .normal) -> [String] {
    var lines: [String] = []
    for word in cleaned(text).split(separator: " ") {
      if let last = lines.last, lines.count >= limit || width(last + " " + word, style) <= room {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { fitted($0, room, style) }
  }

  private static func ems(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ", "(", ")", "[", "]", "t", "f": 0.41
    case "m", "w", "M", "W", "@", "%", "…", "\u{FFFD}": 1.03
    case "A"..."Z", "&", "<", ">", "+", "=", "×", "→": 0.85
    case _ where scalar.value < 0x1100: 0.65
    default: 1.1
    }
  }
}
