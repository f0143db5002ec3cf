import Tables

extension Report {
  /// How the pipeline came to this.
  var historySection: Document.Section {
    section(
      "Over time",
      [
        // Where there are schemes to compare, what they trade for what is shown with them.
        .pictures(courses + (schemes.count > 1 ? [] : planes)),
        .details(title: "The same in figures", [.table(historyTable)]),
      ], isMissing: history.isEmpty, "evaluation was recorded")
  }

  private var courses: [Picture] {
    let evaluations = "of every evaluation in the catalog, by run; the newest is marked."
    return [
      course("int8's accuracy \(evaluations)", .percent) { ($0.int8, Format.percent($0.int8)) },
      course("What int8 loses, in percentage points, \(evaluations)", .number) {
        ($0.drop.points, $0.drop.text)
      },
      course("int8's file \(evaluations)", .bytes) { (Double($0.bytes), Format.bytes($0.bytes)) },
      course("int8's speed over float32's \(evaluations)", .number) { point in
        point.speedRatio.map { ($0, Format.ratio($0)) }
      },
    ].compactMap { $0 }
  }

  private func course(
    _ caption: String, _ unit: Axis.Unit, _ figure: (HistoryPoint) -> (value: Double, text: String)?
  ) -> Picture? {
    course(caption, unit, history, scheme: \.scheme) { point in
      figure(point).map { .init(run: point.run, value: $0.value, text: $0.text) }
    }
  }

  /// The course of a figure, a line for each scheme; nil where no evaluation has it.
  func course<Point>(
    _ caption: String, _ unit: Axis.Unit, _ history: [Point], scheme: (Point) -> String,
    _ figure: (Point) -> HistoryChart.Point?
  ) -> Picture? {
    var names: [String] = []
    for point in history where !names.contains(scheme(point)) { names.append(scheme(point)) }
    let series = names.map { name in
      HistoryChart.Series(name: name, points: history.filter { scheme($0) == name }.compactMap(figure))
    }.filter { !$0.points.isEmpty }
    return series.isEmpty ? nil : HistoryChart(caption: warned(caption), series: series, unit: unit).picture
  }

  /// The newest evaluation of every scheme, and float32, on two planes.
  var planes: [Picture] {
    var newest: [String: HistoryPoint] = [:]
    for point in history { newest[point.scheme] = point }
    let points = newest.values.sorted { $0.scheme < $1.scheme }
    let sizes = points.map { point in
      ParetoChart.Point(
        label: point.scheme, x: Double(point.bytes), y: point.int8, xText: Format.bytes(point.bytes),
        yText: Format.percent(point.int8))
    }
    let speeds = points.compactMap { point in
      point.imagesPerSecond.map { rate in
        ParetoChart.Point(
          label: point.scheme, x: rate, y: point.int8, xText: Format.rate(rate) + " images/s",
          yText: Format.percent(point.int8))
      }
    }
    let newestWords = "the newest evaluation of every scheme; on the line, nothing is better in both."
    return [
      ParetoChart(
        caption: warned("Accuracy against file size, \(newestWords)"), xTitle: "int8 file, smaller is better",
        yTitle: "int8 accuracy", points: sizes, betterX: .smaller, betterY: .larger, xUnit: .bytes, yUnit: .percent
      ).picture,
      ParetoChart(
        caption: warned("Accuracy against speed, \(newestWords)"), xTitle: "int8 images/s, more is better",
        yTitle: "int8 accuracy", points: speeds, betterX: .larger, betterY: .larger, yUnit: .percent
      ).picture,
    ]
  }

  /// Rows of the table: the newest evaluations.
  static let historyRows = 50

  private var historyTable: Table {
    var table = captioned(
      "The newest evaluations in the catalog, newest first.",
      columns: [
        .number("Run"), .text("Started"), .text("Scheme"), .number("float32"), .number("int8"), .number("Drop"),
        .number("int8 file"), .number("int8 images/s"), .number("Faster"), .code("Commit"),
      ])
    for point in history.suffix(Self.historyRows).reversed() {
      table.append([
        "\(point.run)", point.started, point.scheme, Format.percent(point.float32), Format.percent(point.int8),
        point.drop.text, Format.bytes(point.bytes),
        point.imagesPerSecond.map(Format.rate) ?? Format.missing,
        point.speedRatio.map { Format.ratio($0) } ?? Format.missing, point.commit ?? Format.missing,
      ])
    }
    return table
  }
}
