import Tables

extension Report {
  /// The schemes of a language model beside each other.
  var languageComparisonSection: Document.Section {
    Document.Section(
      title: "Schemes",
      blocks: (languageHistory.isEmpty ? [] : [.pictures(languagePlanes)]) + [.table(settingsTable(languageSchemes))])
  }

  /// How the pipeline of a language model came to this.
  var languageHistorySection: Document.Section {
    section(
      "Over time",
      [
        .pictures(languageCourses + (languageSchemes.count > 1 ? [] : languagePlanes)),
        .details(title: "The same in figures", [.table(languageHistoryTable)]),
      ], isMissing: languageHistory.isEmpty, "evaluation was recorded")
  }

  private var languageCourses: [Picture] {
    let evaluations = "of every evaluation in the catalog, by run; the newest is marked."
    return [
      languageCourse("int8's perplexity over float32's \(evaluations)", .number) {
        ($0.perplexityRatio, Format.decimal($0.perplexityRatio, places: 5))
      },
      languageCourse("int8's KL divergence from float32, in nats, \(evaluations)", .number) {
        ($0.divergence, Format.decimal($0.divergence, places: 6))
      },
      languageCourse("int8's file \(evaluations)", .bytes) { (Double($0.bytes), Format.bytes($0.bytes)) },
      languageCourse("int8's speed over float32's, one token at a time, \(evaluations)", .number) { point in
        point.speedRatio.map { ($0, Format.ratio($0)) }
      },
    ].compactMap { $0 }
  }

  private func languageCourse(
    _ caption: String, _ unit: Axis.Unit, _ figure: (LanguagePoint) -> (value: Double, text: String)?
  ) -> Picture? {
    course(caption, unit, languageHistory, scheme: \.scheme) { point in
      figure(point).map { .init(run: point.run, value: $0.value, text: $0.text) }
    }
  }

  /// The newest evaluation of every scheme, on two planes.
  private var languagePlanes: [Picture] {
    var newest: [String: LanguagePoint] = [:]
    for point in languageHistory { newest[point.scheme] = point }
    let points = newest.values.sorted { $0.scheme < $1.scheme }
    func plane(
      _ what: String, _ xTitle: String, _ direction: ParetoFront.Direction, _ unit: Axis.Unit,
      _ figure: (LanguagePoint) -> (value: Double, text: String)?
    ) -> Picture {
      let drawn = points.compactMap { point in
        figure(point).map {
          ParetoChart.Point(
            label: point.scheme, x: $0.value, y: point.divergence, xText: $0.text,
            yText: Format.decimal(point.divergence, places: 6))
        }
      }
      return ParetoChart(
        caption: warned(
          "KL divergence against \(what), the newest evaluation of every scheme; on the line, nothing is better in both."
        ),
        xTitle: xTitle, yTitle: "KL divergence, nats, less is better", points: drawn, betterX: direction,
        betterY: .smaller, xUnit: unit, yUnit: .number
      ).picture
    }
    return [
      plane("file size", "int8 file, smaller is better", .smaller, .bytes) {
        (Double($0.bytes), Format.bytes($0.bytes))
      },
      plane("speed", "int8 tokens/s, one at a time, more is better", .larger, .number) { point in
        point.generatedRate.map { ($0, Format.rate($0) + " tokens/s") }
      },
    ]
  }

  private var languageHistoryTable: Table {
    var table = captioned(
      "The newest evaluations in the catalog, newest first.",
      columns: [
        .number("Run"), .text("Started"), .text("Scheme"), .number("Perplexity over float32"),
        .number("KL divergence"), .number("Same first choice"), .number("int8 file"), .number("int8 tokens/s"),
        .number("Faster"), .code("Commit"),
      ])
    for point in languageHistory.suffix(Self.historyRows).reversed() {
      table.append([
        "\(point.run)", point.started, point.scheme, Format.decimal(point.perplexityRatio, places: 5),
        Format.decimal(point.divergence, places: 6), Format.percent(point.sameTop1), Format.bytes(point.bytes),
        point.generatedRate.map(Format.rate) ?? Format.missing,
        point.speedRatio.map { Format.ratio($0) } ?? Format.missing, point.commit ?? Format.missing,
      ])
    }
    return table
  }
}
