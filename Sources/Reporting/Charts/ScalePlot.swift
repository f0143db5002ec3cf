import Tables

/// The scale of every channel of a tensor, or another figure of every place in a row of such, with the median of them.
package struct ScalePlot: Sendable, Hashable {
  package var caption: String
  /// By channel. What is no number is left out of the picture and counted in its words.
  package var scales: [Double]
  /// What each of them is of, in the singular.
  package var place: String

  /// Scales by channel, or by another place.
  package init(caption: String, scales: [Double], place: String = "channel") {
    self.caption = caption
    self.scales = scales
    self.place = place
  }

  /// More channels than these are drawn as the largest scale of each of so many groups.
  package static let limit = 1024

  private static let (left, right, top, bottom) = (58.0, 396.0, 26.0, 146.0)

  package var picture: Picture {
    let alternative = caption + " " + gist
    return Picture(
      caption: caption, alternative: alternative, svg: drawing.closed(height: 184, alternative: alternative),
      plain: plain)
  }

  private var finite: [Double] { scales.filter(\.isFinite) }

  /// The middle scale; of an even number, the mean of both in the middle; nil where there is none.
  package var median: Double? {
    let sorted = finite.sorted()
    if sorted.isEmpty { return nil }
    let (below, above) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    return below + (above - below) / 2
  }

  private var gist: String {
    guard let median, let low = finite.min(), let high = finite.max() else { return "No scale is a number." }
    let odd = scales.count - finite.count
    return "\(Format.integer(scales.count)) \(place)s: smallest \(Self.text(low)), median \(Self.text(median)), "
      + "largest \(Self.text(high))" + (odd == 0 ? "." : "; \(Format.integer(odd)) are no numbers.")
  }

  private static func text(_ scale: Double) -> String { Format.rounded(Float(scale)) }

  /// The scales, or the largest of each group where there are too many.
  private var drawn: [Double] { Self.largest(scales, groups: Self.limit) }

  /// The largest of each run of neighbours, so that at most so many are left.
  private static func largest(_ values: [Double], groups: Int) -> [Double] {
    let size = (values.count + groups - 1) / groups
    if size <= 1 { return values }
    return stride(from: 0, to: values.count, by: size).map { start in
      values[start..<min(start + size, values.count)].filter(\.isFinite).max() ?? .nan
    }
  }

  private var drawing: SVG {
    var svg = SVG()
    let (bars, count) = (drawn, scales.count)
    let y = Axis(bars, start: Self.bottom, end: Self.top, includesZero: true)
    svg.leftAxis(y, from: Self.left, to: Self.right)
    let slot = (Self.right - Self.left) / Double(max(1, bars.count))
    let zero = y.position(0)
    let commands = bars.enumerated().filter { $0.element.isFinite }.map { index, scale in
      "M\(SVG.number(Self.left + slot * (Double(index) + 0.5))) \(SVG.number(zero))"
        + "V\(SVG.number(y.position(scale)))"
    }
    let width = " stroke-width=\"\(SVG.number(max(0.3, min(16, slot * 0.7))))\""
    svg.path("stems", commands.joined(), more: width)
    svg.line("axis", Self.left, zero, Self.right, zero)
    if let median {
      svg.line("median", Self.left, y.position(median), Self.right, y.position(median))
      svg.line("median", Self.left, 10, Self.left + 26, 10)
      svg.text("median \(Self.text(median))", x: Self.left + 32, y: 14, style: .figure)
    }
    svg.text("0", x: Self.left + slot / 2, y: Self.bottom + 17, style: .small, anchor: .middle)
    if count > 1 {
      svg.text(
        Format.integer(count - 1), x: Self.right - slot / 2, y: Self.bottom + 17, style: .small, anchor: .middle)
    }
    svg.text(
      count > Self.limit ? "\(place); of neighbours the largest" : place, x: (Self.left + Self.right) / 2,
      y: Self.bottom + 17, style: .small, anchor: .middle, room: 250)
    return svg
  }

  private var plain: [String] {
    [Letters.sparkline(Self.largest(scales, groups: Letters.columns), from: 0), Letters.fitted(gist)]
  }
}
