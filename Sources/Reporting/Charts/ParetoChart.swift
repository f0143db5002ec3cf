/// Points on a plane of two figures, and the line of those that nothing beats in both.
struct ParetoChart: Sendable, Hashable {
  /// Which way a figure is better.
  enum Better: Sendable, Hashable {
    case smaller
    case larger
  }

  /// What is compared.
  struct Point: Sendable, Hashable {
    var label: String
    var x: Double
    var y: Double
    /// The figures as they are written.
    var xText: String
    var yText: String
  }

  var caption: String
  /// What goes to the right, and what goes up: `int8 file, smaller is better`.
  var xTitle: String
  var yTitle: String
  var points: [Point]
  var betterX: Better
  var betterY: Better

  private static let (width, height) = (360.0, 286.0)
  private static let (left, right, top, bottom) = (6.0, 206.0, 26.0, 248.0)

  /// The points that none beats: another beats a point when it is at least as good in both figures and better in one.
  /// Equal points beat each other not, so both stay; a figure that is no number is worse than any.
  var front: [Point] {
    func rank(_ value: Double, _ better: Better) -> Double {
      value.isNaN ? -.infinity : better == .larger ? value : -value
    }
    let ranks = points.map { (rank($0.x, betterX), rank($0.y, betterY)) }
    return points.indices.filter { index in
      let (x, y) = ranks[index]
      return x > -.infinity && y > -.infinity && !ranks.contains { $0.0 >= x && $0.1 >= y && ($0.0 > x || $0.1 > y) }
    }.map { points[$0] }
  }

  var picture: Picture {
    var svg = SVG(width: Self.width, height: Self.height)
    let drawn = points.filter { $0.x.isFinite && $0.y.isFinite }
    let horizontal = Axis(over: drawn.map(\.x), from: Self.left + 8, to: Self.right - 4)
    let vertical = Axis(over: drawn.map(\.y), from: Self.bottom - 6, to: Self.top)
    let front = front
    svg.text("↑ \(yTitle)", x: Self.left, y: 11, kind: "quiet", room: Self.width - Self.left)
    svg.line("axis", Self.left, Self.bottom, Self.right, Self.bottom)
    svg.line("axis", Self.left, Self.top - 6, Self.left, Self.bottom)
    svg.text("→ \(xTitle)", x: Self.left, y: Self.bottom + 32, kind: "quiet", room: Self.width - Self.left)
    if let least = drawn.min(by: { $0.x < $1.x }), let most = drawn.max(by: { $0.x < $1.x }) {
      svg.text(least.xText, x: Self.left, y: Self.bottom + 16, room: 100)
      if most.x != least.x { svg.text(most.xText, x: Self.right + 60, y: Self.bottom + 16, .end, room: 150) }
    }
    for point in [drawn.min { $0.y < $1.y }, drawn.max { $0.y < $1.y }].compactMap({ $0 }) {
      svg.line("level", Self.left, vertical.place(point.y), Self.right, vertical.place(point.y))
    }
    svg.path("front", steps(front).map { (horizontal.place($0.x), vertical.place($0.y)) })
    let wishes = drawn.map { vertical.place($0.y) + 4 }
    let rows = SpreadLabels.places(wishes, distance: 13, top: Self.top - 2, bottom: Self.bottom)
    for (point, row) in zip(drawn, rows) {
      let (x, y) = (horizontal.place(point.x), vertical.place(point.y))
      let isFront = front.contains(point)
      svg.line("leader", x, y, Self.right + 10, row - 4)
      svg.circle(isFront ? "newest" : "hollow", x: x, y: y, radius: isFront ? 4.5 : 3)
      svg.text(
        point.label, x: Self.right + 12, y: row, kind: isFront ? "figure" : "", room: Self.width - Self.right - 12)
    }
    return svg.picture(caption: caption, alternative: alternative, plain: plain)
  }

  /// The front as a staircase, best x first.
  private func steps(_ front: [Point]) -> [(x: Double, y: Double)] {
    let sorted = front.filter { $0.x.isFinite && $0.y.isFinite }.sorted { $0.x < $1.x }
    return sorted.indices.flatMap { index -> [(x: Double, y: Double)] in
      guard index > 0 else { return [(sorted[0].x, sorted[0].y)] }
      // Between two points the worse of both figures is what one can have.
      let corner =
        (betterX == .smaller) == (betterY == .larger)
        ? (sorted[index].x, sorted[index - 1].y) : (sorted[index - 1].x, sorted[index].y)
      return [corner, (sorted[index].x, sorted[index].y)]
    }
  }

  private var alternative: String {
    let best = front.map { "\($0.label) (\($0.xText), \($0.yText))" }.joined(separator: "; ")
    return "\(caption) \(points.count) points; on the front: \(best.isEmpty ? "none" : best)."
  }

  private var plain: [String] {
    let front = front
    return points.map { point in
      "\(front.contains(point) ? "*" : " ") \(PlainPicture.column(point.label, 36)) "
        + "\(PlainPicture.column(point.yText, 10)) \(point.xText)"
    } + ["* on the front"]
  }
}
