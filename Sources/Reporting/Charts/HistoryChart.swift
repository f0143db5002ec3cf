import Tables

/// A figure of every run, one line for each series, the newest point of each marked and numbered.
package struct HistoryChart: Sendable, Hashable {
  /// A figure of one run.
  package struct Point: Sendable, Hashable {
    /// The run's number in the catalog.
    package var run: Int64
    /// What is no number is left out of the picture.
    package var value: Double
    /// The value in words.
    package var text: String

    /// A figure of a run.
    package init(run: Int64, value: Double, text: String) {
      self.run = run
      self.value = value
      self.text = text
    }
  }

  /// Points of one kind.
  package struct Series: Sendable, Hashable {
    package var name: String
    package var points: [Point]

    /// Points of one kind, in any order.
    package init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  package var caption: String
  package var series: [Series]
  /// What the values are; it decides how the axis is written.
  package var unit = Axis.Unit.number

  /// Series to draw together.
  package init(caption: String, series: [Series], unit: Axis.Unit = .number) {
    self.caption = caption
    self.series = series
    self.unit = unit
  }

  /// Of more series, those with the newest points are drawn; of more runs, the newest.
  package static let (seriesLimit, runLimit) = (18, 200)
  private static let (left, top) = (64.0, 10.0)

  package var picture: Picture {
    let lines = lines
    let parts = lines.map { line in
      let texts = line.newest.map { "newest \($0.text) in run \($0.run)" } ?? "no figure"
      return "\(line.name): \(line.points.count) points, \(texts)."
    }
    let alternative = ([caption] + parts + notes).joined(separator: " ")
    let (svg, height) = drawing(lines)
    return Picture(
      caption: caption, alternative: alternative, svg: svg.closed(height: height, alternative: alternative),
      plain: plain(lines))
  }

  /// A series as it is drawn: numbers alone, by run, within the limits.
  private struct Line {
    var name: String
    var points: [Point]
    var newest: Point? { points.last }
  }

  /// The runs in the picture, oldest first.
  private var runs: [Int64] {
    let all = Set(series.flatMap { $0.points.filter(\.value.isFinite).map(\.run) })
    return Array(all.sorted().suffix(Self.runLimit))
  }

  private var lines: [Line] {
    let first = runs.first ?? 0
    let all = series.map { series in
      Line(
        name: series.name,
        points: series.points.filter { $0.value.isFinite && $0.run >= first }.sorted {
          ($0.run, $0.value) < ($1.run, $1.value)
        })
    }.filter { !$0.points.isEmpty }
    let bound = all.compactMap { $0.newest?.run }.sorted(by: >).prefix(Self.seriesLimit).last ?? 0
    return Array(all.filter { ($0.newest?.run ?? 0) >= bound }.prefix(Self.seriesLimit))
  }

  private var notes: [String] {
    let runs = Set(series.flatMap { $0.points.map(\.run) }).count - self.runs.count
    let others = series.count - lines.count
    return (runs > 0 ? ["Older runs, or runs without a number, left out: \(Format.integer(runs))."] : [])
      + (others > 0 ? ["Older or empty series left out: \(Format.integer(others))."] : [])
  }

  private func drawing(_ lines: [Line]) -> (svg: SVG, height: Double) {
    var svg = SVG()
    let runs = runs
    let hasFigures = lines.count <= 6
    let right = SVG.width - (hasFigures ? 92 : 34)
    let bottom = Self.top + max(170, 15 * Double(lines.count))
    let values = lines.flatMap { $0.points.map(\.value) }
    let x = Axis([0, Double(max(1, runs.count - 1))], start: Self.left + 6, end: right - 8)
    let y = Axis(values, start: bottom - 8, end: Self.top + 8, unit: unit)
    svg.leftAxis(y, from: Self.left, to: right)
    svg.line("axis", Self.left, bottom, right, bottom)
    let places = Dictionary(uniqueKeysWithValues: runs.enumerated().map { ($1, $0) })
    func place(_ point: Point) -> (x: Double, y: Double) {
      (x.position(Double(places[point.run] ?? 0)), y.position(point.value))
    }
    var ends: [(x: Double, y: Double)] = []
    for (index, line) in lines.enumerated() {
      let points = line.points.map(place)
      svg.polyline("course hue-\(index % 6)", points)
      if runs.count <= 60 {
        for point in points.dropLast() { svg.dot("hue-\(index % 6)", x: point.x, y: point.y, radius: 2) }
      }
      if let last = points.last {
        svg.dot("hue-\(index % 6)", x: last.x, y: last.y, radius: 4.5)
        ends.append(last)
      }
    }
    mark(lines, ends, hasFigures, right, Self.top...bottom, &svg)
    runFigures(runs, x, bottom + 17, &svg)
    let legend = Legend(
      entries: lines.enumerated().map { index, line in
        .init(mark: "\(index + 1)", kind: "hue-\(index % 6)", name: line.name, figure: line.newest?.text ?? "")
      }, columns: lines.count > 8 ? 2 : 1)
    legend.draw(on: &svg, top: bottom + 26)
    var height = bottom + 26 + legend.height
    for note in notes {
      svg.text(note, x: 0, y: height + 12, style: .small)
      height += 18
    }
    return (svg, height)
  }

  /// The series' numbers to the right, apart from each other, each joined to its newest point.
  private func mark(
    _ lines: [Line], _ ends: [(x: Double, y: Double)], _ hasFigures: Bool, _ right: Double,
    _ room: ClosedRange<Double>, _ svg: inout SVG
  ) {
    let heights = Self.spread(ends.map(\.y), apart: 14, within: room)
    for (index, line) in lines.enumerated() {
      let text = hasFigures ? "\(index + 1)  \(line.newest?.text ?? "")" : "\(index + 1)"
      svg.line("leader", ends[index].x, ends[index].y, right + 6, heights[index])
      svg.text(text, x: right + 9, y: heights[index] + 4, style: .small, room: SVG.width - right - 10)
    }
  }

  private func runFigures(_ runs: [Int64], _ x: Axis, _ y: Double, _ svg: inout SVG) {
    guard let first = runs.first, let last = runs.last else {
      return svg.text("no run has a figure", x: Self.left, y: y, style: .small)
    }
    svg.text("run \(first)", x: x.start - 6, y: y, style: .small, room: 140)
    if first != last { svg.text("run \(last)", x: x.end, y: y, style: .small, anchor: .end, room: 140) }
  }

  /// Heights near those wanted, in the same order, so far apart that texts do not touch, within the room if it suffices.
  package static func spread(_ wanted: [Double], apart: Double, within room: ClosedRange<Double>) -> [Double] {
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    var result = wanted
    var least = room.lowerBound
    for index in order {
      result[index] = max(least, wanted[index])
      least = result[index] + apart
    }
    var most = room.upperBound
    for index in order.reversed() {
      result[index] = min(most, result[index])
      most = result[index] - apart
    }
    return result
  }

  private func plain(_ lines: [Line]) -> [String] {
    let names = Letters.widest(lines.map(\.name), limit: 26)
    let figures = Letters.widest(lines.compactMap { $0.newest?.text }, limit: 18)
    let rest = Letters.columns - names - figures - 4
    return lines.map { line in
      Letters.padded(line.name, names) + "  " + Letters.padded(line.newest?.text ?? "", figures, isNumber: true)
        + "  " + Letters.sparkline(line.points.suffix(rest).map(\.value))
    } + notes.map { Letters.fitted($0) }
  }
}
