/// Real values in bins, and under them the numbers that integers stand for.
struct HistogramChart: Sendable, Hashable {
  /// The real numbers `scale * (q - zeroPoint)` of the integers from `quantMin` to `quantMax`.
  struct Grid: Sendable, Hashable {
    var label: String
    var scale: Double
    var zeroPoint: Int
    var quantMin: Int
    var quantMax: Int

    /// The real numbers of the least and the greatest integer, where values are clipped.
    var low: Double { scale * Double(quantMin - zeroPoint) }
    var high: Double { scale * Double(quantMax - zeroPoint) }

    var words: String {
      "\(label): \(Format.rounded(Float(low))) … \(Format.rounded(Float(high))), step \(Format.rounded(Float(scale)))"
    }
  }

  var caption: String
  /// Both ends of the bins.
  var lower: Double
  var upper: Double
  /// Values in each bin.
  var counts: [Int]
  /// At most two.
  var grids: [Grid]

  private static let (width, left, right) = (360.0, 6.0, 354.0)
  private static let (top, ground) = (14.0, 120.0)
  private static let rowHeight = 27.0

  var picture: Picture {
    var svg = SVG(width: Self.width, height: Self.ground + 18 + Self.rowHeight * Double(grids.count))
    let axis = Axis(
      over: [lower, upper] + grids.flatMap { [$0.low, $0.high] }, from: Self.left, to: Self.right, margin: 0.02)
    svg.text("height: square root of the count", x: Self.left, y: 10, kind: "quiet", room: 240)
    // Roots: where most values are zero, the others would not be seen.
    let roots = counts.map { Double(max($0, 0)).squareRoot() }
    let tallest = roots.max() ?? 0
    let step = (upper - lower) / Double(max(counts.count, 1))
    svg.bars(
      "float32",
      roots.enumerated().map { index, root in
        let (start, end) = (axis.place(lower + step * Double(index)), axis.place(lower + step * Double(index + 1)))
        let height = tallest > 0 ? (Self.ground - Self.top - 4) * root / tallest : 0
        // What is there is seen, if only as a hairline.
        return (start, max(end - start, 0.5), root > 0 ? max(height, 0.8) : 0)
      }, ground: Self.ground)
    svg.line("axis", Self.left, Self.ground, Self.right, Self.ground)
    for tick in axis.ticks(5) {
      let x = axis.place(tick)
      svg.line("axis", x, Self.ground, x, Self.ground + 3)
      let label = Format.rounded(Float(tick))
      let half = SVG.width(of: label) / 2
      svg.text(label, x: min(max(x, half), Self.width - half), y: Self.ground + 14, .middle, kind: "quiet", room: 60)
    }
    for (index, grid) in grids.enumerated() { draw(grid, row: index, on: axis, &svg) }
    return svg.picture(caption: caption, alternative: alternative, plain: plain)
  }

  private func draw(_ grid: Grid, row: Int, on axis: Axis, _ svg: inout SVG) {
    let kind = row == 0 ? "grid-wide" : "grid-narrow"
    let y = Self.ground + 18 + Self.rowHeight * Double(row)
    let (low, high) = (axis.place(grid.low), axis.place(grid.high))
    for x in [low, high] { svg.line("clip \(kind)", x, Self.top, x, y + 10) }
    svg.comb(
      kind, from: low, to: high, step: (high - low) / Double(max(grid.quantMax - grid.quantMin, 1)), y: y + 6, height: 8
    )
    svg.text(grid.words, x: Self.left, y: y + 22, room: Self.right - Self.left)
  }

  private var alternative: String {
    let values =
      "\(Format.integer(counts.reduce(0, +))) values between \(Format.rounded(Float(lower))) and "
      + Format.rounded(Float(upper))
    return ([caption, "\(values)."] + grids.map { "\($0.words)." }).joined(separator: " ")
  }

  private var plain: [String] {
    let (low, high) = (Format.rounded(Float(lower)), Format.rounded(Float(upper)))
    let room = max(1, min(counts.count, PlainPicture.width) - low.count - high.count)
    return [
      PlainPicture.sparkline(counts.map { Double(max($0, 0)).squareRoot() }),
      low + String(repeating: " ", count: room) + high,
    ] + grids.map { PlainPicture.column($0.words, 78).trimmedEnd }
  }
}

extension String {
  /// Without the blanks at its end.
  var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
