/// Choices on a plane of two costs or merits, and the front of those that nothing beats in both.
package struct ParetoChart: Sendable, Hashable {
  /// One choice.
  package struct Point: Sendable, Hashable {
    package var label: String
    /// What is no finite number is listed, not drawn.
    package var x: Double
    package var y: Double
    /// Both in words.
    package var xText: String
    package var yText: String

    /// A choice.
    package init(label: String, x: Double, y: Double, xText: String, yText: String) {
      self.label = label
      self.x = x
      self.y = y
      self.xText = xText
      self.yText = yText
    }
  }

  package var caption: String
  package var xTitle: String
  package var yTitle: String
  package var points: [Point]
  package var betterX: ParetoFront.Direction
  package var betterY: ParetoFront.Direction
  /// What the axes hold; it decides how they are written.
  package var xUnit = Axis.Unit.number
  package var yUnit = Axis.Unit.number

  /// Choices, and which way each axis is better.
  package init(
    caption: String, xTitle: String, yTitle: String, points: [Point], betterX: ParetoFront.Direction,
    betterY: ParetoFront.Direction, xUnit: Axis.Unit = .number, yUnit: Axis.Unit = .number
  ) {
    self.caption = caption
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.points = points
    self.betterX = betterX
    self.betterY = betterY
    self.xUnit = xUnit
    self.yUnit = yUnit
  }

  /// Of more points, those on the front come first, then the first given.
  package static let limit = 40
  private static let (left, right, top, bottom) = (62.0, 394.0, 26.0, 246.0)

  package var picture: Picture {
    let shown = shown
    let parts = shown.map {
      "\($0.point.label): \($0.point.xText), \($0.point.yText)\($0.isOnFront ? ", on the front" : "")"
    }
    let alternative = caption + " " + parts.joined(separator: "; ") + "."
    let (svg, height) = drawing(shown)
    return Picture(
      caption: caption, alternative: alternative, svg: svg.closed(height: height, alternative: alternative),
      plain: plain(shown))
  }

  private typealias Shown = (point: Point, isOnFront: Bool)

  /// The front by rising x, then the others as given.
  private var shown: [Shown] {
    let drawable = points.map { $0.x.isFinite && $0.y.isFinite ? (x: $0.x, y: $0.y) : (x: .nan, y: .nan) }
    let front = ParetoFront.indices(drawable, betterX: betterX, betterY: betterY)
    let others = points.indices.filter { !front.contains($0) }
    return (front.map { (points[$0], true) } + others.map { (points[$0], false) }).prefix(Self.limit).map { $0 }
  }

  private func drawing(_ shown: [Shown]) -> (svg: SVG, height: Double) {
    var svg = SVG()
    let finite = shown.filter { $0.point.x.isFinite && $0.point.y.isFinite }.map(\.point)
    let x = Axis(finite.map(\.x), start: Self.left + 14, end: Self.right - 14, unit: xUnit)
    let y = Axis(finite.map(\.y), start: Self.bottom - 14, end: Self.top + 14, unit: yUnit)
    svg.text(yTitle, x: 0, y: 14, style: .small)
    svg.leftAxis(y, from: Self.left, to: Self.right)
    svg.line("axis", Self.left, Self.bottom, Self.right, Self.bottom)
    svg.bottomAxis(x, y: Self.bottom)
    svg.text(xTitle, x: Self.right, y: Self.bottom + 34, style: .small, anchor: .end)
    func place(_ point: Point) -> (x: Double, y: Double) { (x.position(point.x), y.position(point.y)) }
    let steps = steps(shown.filter(\.isOnFront).map { place($0.point) })
    svg.polyline("front", steps)
    for (point, isOnFront) in shown.reversed() where point.x.isFinite && point.y.isFinite {
      svg.dot(isOnFront ? "best" : "beaten", x: place(point).x, y: place(point).y, radius: isOnFront ? 5 : 4)
    }
    label(shown, finite.map(place), Self.dotted(steps), place, &svg)
    let legend = Legend(
      entries: shown.enumerated().map { index, shown in
        .init(
          mark: "\(index + 1)", kind: shown.isOnFront ? "best" : "beaten", name: shown.point.label,
          figure: "\(shown.point.xText), \(shown.point.yText)")
      }, columns: 1)
    legend.draw(on: &svg, top: Self.bottom + 44)
    var height = Self.bottom + 44 + legend.height
    if points.count > shown.count {
      svg.text("Further points left out: \(points.count - shown.count).", x: 0, y: height + 12, style: .small)
      height += 18
    }
    return (svg, height)
  }

  /// The corners of what can be had: at any x the best y of the points that are at least as good in x.
  private func steps(_ front: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    var result = Array(front.prefix(1))
    for (last, next) in zip(front, front.dropFirst()) {
      result.append(betterX == .smaller ? (next.x, last.y) : (last.x, next.y))
      result.append(next)
    }
    return result
  }

  /// A line as dots so close that no text fits between them.
  private static func dotted(_ line: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    var dots: [(x: Double, y: Double)] = []
    for (start, end) in zip(line, line.dropFirst()) {
      let (width, height) = (end.x - start.x, end.y - start.y)
      let count = Int((abs(width) + abs(height)) / 6) + 1
      for index in 0...count {
        let share = Double(index) / Double(count)
        dots.append((start.x + share * width, start.y + share * height))
      }
    }
    return dots
  }

  private struct Place {
    var (x, y, width): (Double, Double, Double)
    func touches(_ other: Place) -> Bool {
      abs(y - other.y) < 14 && x < other.x + other.width + 3 && other.x < x + width + 3
    }
    func covers(_ dot: (x: Double, y: Double)) -> Bool {
      dot.x > x - 7 && dot.x < x + width + 7 && abs(dot.y - (y - 4)) < 10
    }
  }

  /// Names beside the dots where they meet nothing, else numbers, which the legend explains.
  private func label(
    _ shown: [Shown], _ dots: [(x: Double, y: Double)], _ front: [(x: Double, y: Double)],
    _ place: (Point) -> (x: Double, y: Double), _ svg: inout SVG
  ) {
    var taken: [Place] = []
    for (index, (point, isOnFront)) in shown.enumerated() where point.x.isFinite && point.y.isFinite {
      let (dot, style) = (place(point), isOnFront ? SVGText.Style.figure : .small)
      func free(_ text: String) -> Place? {
        let width = SVGText.width(text, style)
        let sides = [
          Place(x: dot.x + 8, y: dot.y + 4, width: width), Place(x: dot.x - 8 - width, y: dot.y + 4, width: width),
          Place(x: dot.x - width / 2, y: dot.y - 9, width: width),
          Place(x: dot.x - width / 2, y: dot.y + 18, width: width),
        ]
        return ((isOnFront ? corners(dot, width) : []) + sides).first { place in
          place.x > Self.left && place.x + width < Self.right && place.y > Self.top + 8 && place.y < Self.bottom - 2
            && !taken.contains { $0.touches(place) } && !dots.contains { place.covers($0) }
            && (isOnFront || !front.contains { place.covers($0) })
        }
      }
      let name = SVGText.cleaned(point.label)
      let texts = [name, "\(index + 1)"]
      guard let text = texts.first(where: { free($0) != nil }), let spot = free(text) else { continue }
      svg.text(text, x: spot.x, y: spot.y, style: style)
      taken.append(spot)
    }
  }

  /// Where a name beside a dot of the front meets no part of its line: towards what is better in both, or worse.
  private func corners(_ dot: (x: Double, y: Double), _ width: Double) -> [Place] {
    func corner(_ isLeft: Bool, _ isAbove: Bool) -> Place {
      Place(x: isLeft ? dot.x - 6 - width : dot.x + 6, y: isAbove ? dot.y - 6 : dot.y + 16, width: width)
    }
    let (left, above) = (betterX == .smaller, betterY == .larger)
    return [corner(left, above), corner(!left, !above)]
  }

  private func plain(_ shown: [Shown]) -> [String] {
    let names = Letters.widest(shown.map(\.point.label), limit: 30)
    let xs = Letters.widest(shown.map(\.point.xText), limit: 20)
    let lines = shown.map { shown in
      (shown.isOnFront ? "* " : "  ") + Letters.padded(shown.point.label, names) + "  "
        + Letters.padded(shown.point.xText, xs, isNumber: true) + "  "
        + Letters.fitted(shown.point.yText, 20)
    }
    let more = points.count - shown.count
    return lines + (more > 0 ? ["  further points left out: \(more)"] : [])
      + (shown.contains(where: \.isOnFront) ? ["* on the front: nothing is better in both"] : [])
  }
}
