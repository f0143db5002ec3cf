/// Horizontal bars from zero, a picture beside the table that holds the same figures.
package struct Bars: Sendable, Hashable {
  /// Which network a bar belongs to; each has its colour.
  package enum Kind: String, Sendable, Hashable {
    case float32
    case int8
  }

  /// One bar.
  package struct Bar: Sendable, Hashable {
    package var label: String
    /// Its length. What is no number, or below zero, has none; its text says so.
    package var value: Double
    /// The figure beside it.
    package var text: String
    package var kind: Kind

    /// A bar and what stands beside it.
    package init(label: String, value: Double, text: String, kind: Kind) {
      self.label = label
      self.value = value
      self.text = text
      self.kind = kind
    }
  }

  package var caption: String
  package var bars: [Bar]

  /// Bars, topmost first.
  package init(caption: String, bars: [Bar]) {
    self.caption = caption
    self.bars = bars
  }

  /// Room to the right of the longest bar for its figure.
  private static let figureRoom = 100.0
  private static let step = 44.0

  package var picture: Picture {
    let alternative = caption + " " + bars.map { "\($0.label): \($0.text)" }.joined(separator: ", ")
    return Picture(
      caption: caption, alternative: alternative,
      svg: drawing.closed(height: Self.step * Double(bars.count), alternative: alternative), plain: plain)
  }

  /// Each bar's length as a share of the longest.
  private var shares: [Double] {
    let longest = bars.map(\.value).filter(\.isFinite).max() ?? 0
    return bars.map { $0.value.isFinite && longest > 0 ? max(0, $0.value / longest) : 0 }
  }

  private var drawing: SVG {
    var svg = SVG()
    for (index, (bar, share)) in zip(bars, shares).enumerated() {
      let top = Self.step * Double(index)
      let length = (SVG.width - Self.figureRoom) * share
      svg.text(bar.label, x: 0, y: top + 14)
      svg.box(bar.kind.rawValue, x: 0, y: top + 20, width: length, height: 16)
      svg.text(bar.text, x: length + 7, y: top + 33, style: .figure, room: Self.figureRoom - 8)
    }
    return svg
  }

  private var plain: [String] {
    let names = Letters.widest(bars.map(\.label), limit: 28)
    let figures = Letters.widest(bars.map(\.text), limit: 20)
    return zip(bars, shares).map { bar, share in
      Letters.padded(bar.label, names) + " " + Letters.padded(bar.text, figures, isNumber: true) + " "
        + Letters.bar(share, Letters.columns - names - figures - 2)
    }
  }
}
