/// A figure from run to run, a line for each scheme.
struct HistoryChart: Sendable, Hashable {
  /// A scheme's figures, oldest first.
  struct Series: Sendable, Hashable {
    /// A run's figure, and how it is written.
    struct Point: Sendable, Hashable {
      var run: Int64
      var value: Double
      var text: String
    }

    var name: String
    var points: [Point]
  }

  var caption: String
  var series: [Series]

  private static let (width, height) = (360.0, 280.0)
  private static let (left, right, top, bottom) = (6.0, 216.0, 14.0, 258.0)
  /// Lines that are drawn: as many labels fit beside them.
  private static let most = 18
  /// Runs that are drawn: dots do not melt into each other.
  private static let mostRuns = 60

  var picture: Picture {
    // The newest are those that are wanted.
    let shown = series.sorted { newest($0) > newest($1) }.prefix(Self.most)
    let runs = Array(Set(shown.flatMap { $0.points.map(\.run) })).sorted().suffix(Self.mostRuns)
    let columns = Dictionary(uniqueKeysWithValues: zip(runs, 0...))
    let drawn = shown.map { series in
      Series(name: series.name, points: series.points.filter { columns[$0.run] != nil && $0.value.isFinite })
    }.filter { !$0.points.isEmpty }
    var svg = SVG(width: Self.width, height: Self.height)
    let axis = Axis(over: drawn.flatMap { $0.points.map(\.value) }, from: Self.bottom, to: Self.top)
    func place(_ point: Series.Point) -> (x: Double, y: Double) {
      let step = (Self.right - Self.left - 12) / Double(max(runs.count - 1, 1))
      return (Self.left + 6 + step * Double(columns[point.run] ?? 0), axis.place(point.value))
    }
    svg.line("axis", Self.left, Self.bottom, Self.right, Self.bottom)
    let points = drawn.flatMap(\.points)
    let (least, most) = (points.min { $0.value < $1.value }, points.max { $0.value < $1.value })
    for (point, above) in [(most, -4.0), (least, 12.0)] where point != nil && (above > 0 || least?.value != most?.value)
    {
      guard let point else { continue }
      svg.line("level", Self.left, axis.place(point.value), Self.right, axis.place(point.value))
      svg.text(point.text, x: Self.left, y: axis.place(point.value) + above, kind: "quiet", room: 120)
    }
    for series in drawn { svg.path("course", series.points.map(place)) }
    for series in drawn { series.points.forEach { svg.circle("dot", x: place($0).x, y: place($0).y, radius: 2) } }
    label(drawn, place, &svg)
    if let first = runs.first, let last = runs.last {
      svg.text("run \(first)", x: Self.left, y: Self.bottom + 14, kind: "quiet", room: 90)
      if last != first { svg.text("run \(last)", x: Self.right, y: Self.bottom + 14, .end, kind: "quiet", room: 90) }
    }
    return svg.picture(caption: caption, alternative: alternative, plain: plain)
  }

  /// The newest figure of each line, with a line from its dot.
  private func label(_ drawn: [Series], _ place: (Series.Point) -> (x: Double, y: Double), _ svg: inout SVG) {
    let ends = drawn.compactMap { series in series.points.last.map { (name: series.name, point: $0, place: place($0)) }
    }
    let rows = SpreadLabels.places(ends.map { $0.place.y + 4 }, distance: 13.5, top: 11, bottom: Self.bottom)
    let newest = ends.map(\.point.run).max()
    for (end, row) in zip(ends, rows) {
      let isNewest = end.point.run == newest
      svg.line("leader", end.place.x, end.place.y, Self.right + 10, row - 4)
      svg.circle(isNewest ? "newest" : "dot", x: end.place.x, y: end.place.y, radius: isNewest ? 4.5 : 3)
      svg.text(
        "\(end.point.text) \(end.name)", x: Self.right + 12, y: row, kind: isNewest ? "figure" : "",
        room: Self.width - Self.right - 12)
    }
  }

  private func newest(_ series: Series) -> Int64 { series.points.map(\.run).max() ?? .min }

  private var alternative: String {
    let ends = series.compactMap { series in
      series.points.last.map { "\(series.name), run \($0.run): \($0.text)" }
    }
    return ([caption] + [ends.joined(separator: "; ") + "."]).joined(separator: " ")
  }

  private var plain: [String] {
    series.compactMap { series in
      guard let last = series.points.last else { return nil }
      // From the least of the line, so that what changes is seen.
      let values = series.points.suffix(32).map(\.value).filter(\.isFinite)
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      let line = PlainPicture.sparkline(values.map { $0 - low + max((high - low) / 8, 1e-12) })
      return "\(PlainPicture.column(series.name, 26)) \(PlainPicture.column(line, 32)) \(last.text)"
    }
  }
}
