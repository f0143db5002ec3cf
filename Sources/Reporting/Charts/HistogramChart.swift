import Tables

/// A tensor's values, where they are clipped, and the integers that stand for them.
package struct HistogramChart: Sendable, Hashable {
  /// The values that integers can stand for: `scale × (integer - zeroPoint)`.
  package struct Grid: Sendable, Hashable {
    package var label: String
    package var scale: Double
    package var zeroPoint: Int
    package var quantMin: Int
    package var quantMax: Int

    /// A grid of integers.
    package init(label: String, scale: Double, zeroPoint: Int, quantMin: Int, quantMax: Int) {
      self.label = label
      self.scale = scale
      self.zeroPoint = zeroPoint
      self.quantMin = quantMin
      self.quantMax = quantMax
    }

    /// The smallest and the largest value; beyond them all is clipped.
    package var low: Double { (Double(quantMin) - Double(zeroPoint)) * scale }
    package var high: Double { (Double(quantMax) - Double(zeroPoint)) * scale }

    /// Whether it is a grid at all, and no larger than that of 32-bit integers.
    var isDrawable: Bool {
      low.isFinite && high.isFinite && scale > 0 && low <= high && Double(quantMax) - Double(quantMin) < 0x1p32
    }
    var text: String { Format.rounded(Float(low)) + " … " + Format.rounded(Float(high)) }
  }

  package var caption: String
  /// Where the first bin begins and the last one ends; bins are equal.
  package var lower: Double
  package var upper: Double
  /// Values in each bin. A peak at zero, as ReLU makes, would hide all else: bars are as high as the root of these.
  package var counts: [Int]
  /// The first two are drawn: the widest channel's and the narrowest's, or the tensor's.
  package var grids: [Grid]

  /// A histogram of counts over equal bins, and grids to hold it against.
  package init(caption: String, lower: Double, upper: Double, counts: [Int], grids: [Grid]) {
    self.caption = caption
    self.lower = lower
    self.upper = upper
    self.counts = counts
    self.grids = grids
  }

  /// Where the picture's parts lie. The smallest and the largest value are drawn at `left` and `right`.
  package static let (left, right) = (12.0, 388.0)
  private static let (plotHeight, labelHeight, combHeight) = (120.0, 16.0, 34.0)
  /// More bins than these are drawn together with their neighbours.
  private static let binLimit = 188

  package var picture: Picture {
    let alternative = caption + " " + gist
    return Picture(
      caption: caption, alternative: alternative, svg: drawing.closed(height: height, alternative: alternative),
      plain: plain)
  }

  private var shown: [Grid] { Array(grids.filter(\.isDrawable).prefix(2)) }
  private var hasBins: Bool { lower.isFinite && upper.isFinite && lower <= upper && counts.contains { $0 > 0 } }
  private var bottom: Double { 20 + Self.labelHeight * Double(shown.count) + Self.plotHeight }
  private var height: Double { bottom + 26 + Self.combHeight * Double(shown.count) }

  private var axis: Axis {
    Axis(
      (hasBins ? [lower, upper] : []) + shown.flatMap { [$0.low, $0.high] }, start: Self.left, end: Self.right)
  }

  private var gist: String {
    let values =
      hasBins
      ? "Values from \(Format.rounded(Float(lower))) to \(Format.rounded(Float(upper)))." : "No values were counted."
    return
      ([values] + shown.map { "\($0.label): integers reach \($0.text), scale \(Format.rounded(Float($0.scale)))." })
      .joined(separator: " ")
  }

  /// The counts, neighbours added until there are at most so many; as numbers that cannot overflow.
  private func bins(_ limit: Int) -> [Double] {
    let size = max(1, (counts.count + limit - 1) / limit)
    return stride(from: 0, to: counts.count, by: size).map { start in
      counts[start..<min(start + size, counts.count)].reduce(0) { $0 + max(0, Double($1)) }
    }
  }

  private var drawing: SVG {
    var svg = SVG()
    let (axis, bottom) = (axis, bottom)
    svg.text(
      hasBins ? "bar height: root of the count" : "no values were counted", x: Self.left, y: 13, style: .small)
    if hasBins { svg.path("bars", outline(axis)) }
    for (index, grid) in shown.enumerated() { clips(grid, index, axis, &svg) }
    svg.bottomAxis(axis, y: bottom)
    for (index, grid) in shown.enumerated() {
      comb(grid, index, axis, &svg)
    }
    return svg
  }

  /// The bars as one outline.
  private func outline(_ axis: Axis) -> String {
    let bins = bins(Self.binLimit)
    let peak = bins.max() ?? 0
    // The last group may hold fewer bins than the others: it ends where the values do.
    let size = max(1, (counts.count + Self.binLimit - 1) / Self.binLimit)
    var commands = "M\(SVG.number(axis.position(lower))) \(SVG.number(bottom))"
    for (index, bin) in bins.enumerated() {
      let share = Double(min((index + 1) * size, counts.count)) / Double(counts.count)
      let x = axis.position(lower * (1 - share) + upper * share)
      commands += "V\(SVG.number(bottom - Self.plotHeight * (bin / peak).squareRoot()))H\(SVG.number(x))"
    }
    return commands + "V\(SVG.number(bottom))Z"
  }

  /// The lines beyond which values are clipped, with their figures above.
  private func clips(_ grid: Grid, _ index: Int, _ axis: Axis, _ svg: inout SVG) {
    let (low, high) = (axis.position(grid.low), axis.position(grid.high))
    let baseline = 20 + Self.labelHeight * Double(index) + 11
    let kind = index == 0 ? "clip" : "clip second"
    for x in [low, high] { svg.line(kind, x, baseline + 3, x, bottom) }
    let texts = [grid.low, grid.high].map { Format.rounded(Float($0)) }
    let widths = texts.map { SVGText.width($0, .small) }
    if high - low > (widths[0] + widths[1]) / 2 + 26 {
      svg.text(texts[0], x: low, y: baseline, style: .small, anchor: .middle)
      svg.text(texts[1], x: high, y: baseline, style: .small, anchor: .middle)
    } else {
      svg.text(grid.text, x: (low + high) / 2, y: baseline, style: .small, anchor: .middle)
    }
  }

  /// The values that integers stand for, as the teeth of a comb: so many of them that each is seen.
  private func comb(_ grid: Grid, _ index: Int, _ axis: Axis, _ svg: inout SVG) {
    let top = bottom + 26 + Self.combHeight * Double(index)
    let levels = Double(grid.quantMax) - Double(grid.quantMin)
    let (low, high) = (axis.position(grid.low), axis.position(grid.high))
    let gap = levels > 0 ? (high - low) / levels : 4
    // At least two units apart; where the whole grid is narrower than a few teeth it is one block.
    let every = max(1, min(levels, (2 / max(gap, 1e-9)).rounded(.up)))
    let teeth = levels > 0 ? (levels / every).rounded(.down) : 0
    let distance = gap * every
    let kind = index == 0 ? "comb" : "comb second"
    svg.line(
      kind, low - distance / 8, top + 5, low + distance * (teeth + 0.125), top + 5,
      more: " pathLength=\"\(teeth == 0 ? "0.25" : SVG.number(teeth) + ".25")\" stroke-dasharray=\"0.25 0.75\"")
    let note = every > 1 ? ", every \(Self.ordinal(Int(every))) drawn" : ""
    svg.text(
      "\(grid.label), scale \(Format.rounded(Float(grid.scale)))\(note)", x: (low + high) / 2, y: top + 24,
      style: .small, anchor: .middle)
  }

  private static func ordinal(_ number: Int) -> String {
    switch (number % 10, number % 100) {
    case (_, 11...13): "\(number)th"
    case (1, _): "\(number)st"
    case (2, _): "\(number)nd"
    case (3, _): "\(number)rd"
    default: "\(number)th"
    }
  }

  private var plain: [String] {
    let lines = hasBins ? [Letters.sparkline(bins(Letters.columns).map { $0.squareRoot() }, from: 0)] : []
    let ends = hasBins ? Format.rounded(Float(lower)) + " … " + Format.rounded(Float(upper)) : "no values were counted"
    return lines + ["values " + ends + (hasBins ? " (height: root of the count)" : "")]
      + shown.map {
        Letters.fitted("integers \($0.text), scale \(Format.rounded(Float($0.scale))), \($0.label)")
      }
  }
}
