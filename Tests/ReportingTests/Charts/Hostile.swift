import Reporting

/// Names and figures that no chart may stumble over.
enum Hostile {
  static let texts = [
    "", "conv1", "<script>alert(\"1\")</script>", "a & b 'c'", "]]>", "&amp;", String(repeating: "W", count: 300),
    "line\nbreak\u{0}\u{1}\u{1B}[31m\u{FFFE}", String(repeating: "漢字", count: 60), "👩‍👩‍👧‍👦🏳️‍🌈", "e\u{301}\u{301}\u{301}",
    "\u{202E}drawkcab",
    String(repeating: "i", count: 500), String(repeating: "a ", count: 100),
  ]

  static let numbers: [Double] = [
    0, -0.0, 1, -1, .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    .leastNonzeroMagnitude, 1e-30, 1e30, 0.984, 0.985,
  ]

  /// Rows of numbers: none, one, all equal, each alone, all together.
  static let rows: [[Double]] =
    [[], numbers, [3, 3, 3], [.nan, .nan], [1, 1 + 1e-16], [0.1, 0.2, 0.3]] + numbers.map { [$0] }

  static func text(_ index: Int) -> String { texts[index % texts.count] }

  static let pictures: [(name: String, picture: Picture)] =
    histograms + bytes + networks
    + rows.enumerated().flatMap { index, row in
      [
        ("scales \(index)", ScalePlot(caption: text(index), scales: row).picture),
        ("history \(index)", history(row)), ("Pareto \(index)", pareto(row)),
      ]
    } + many

  private static func history(_ row: [Double]) -> Picture {
    let points = row.enumerated().map { HistoryChart.Point(run: Int64.max - Int64($0), value: $1, text: text($0 + 2)) }
    return HistoryChart(
      caption: text(3), series: texts.map { .init(name: $0, points: points) } + [.init(name: "none", points: [])],
      unit: row.count % 2 == 0 ? .percent : .bytes
    ).picture
  }

  private static func pareto(_ row: [Double]) -> Picture {
    let points = row.enumerated().map { index, x in
      ParetoChart.Point(
        label: text(index), x: x, y: row[(index * 3 + 1) % row.count], xText: text(index + 1), yText: text(index + 2))
    }
    return ParetoChart(
      caption: text(4), xTitle: text(6), yTitle: text(8), points: points, betterX: .smaller, betterY: .larger,
      xUnit: .bytes, yUnit: .percent
    ).picture
  }

  private static var histograms: [(name: String, picture: Picture)] {
    let counts = [[], [0], [5], [0, 0, 0], [-4, 3], [Int.max, Int.max, 1], [Int](repeating: 7, count: 5000)]
    let ends = [
      (0.0, 1.0), (0, 0), (1, -1), (.nan, 1), (-.infinity, .infinity), (-1e300, 1e300), (-0x1p-1070, 0x1p-1070),
    ]
    let grids: [[HistogramChart.Grid]] =
      [[]]
      + [
        (0.1, -128, 127), (1e-12, -128, 127), (0.0, 0, 255), (.nan, 0, 1), (1e308, -128, 127), (1, Int.min, Int.max),
        (1, 5, 5),
      ]
      .map { scale, low, high in
        [
          .init(label: text(6), scale: scale, zeroPoint: 3, quantMin: low, quantMax: high),
          .init(label: text(2), scale: 1e-3, zeroPoint: 0, quantMin: 7, quantMax: -7),
          .init(label: text(10), scale: 1e-5, zeroPoint: 0, quantMin: -127, quantMax: 127),
        ]
      }
    return counts.enumerated().flatMap { first, counts in
      ends.enumerated().flatMap { second, ends in
        grids.enumerated().map { third, grids in
          (
            "histogram \(first) \(second) \(third)",
            HistogramChart(caption: text(first), lower: ends.0, upper: ends.1, counts: counts, grids: grids).picture
          )
        }
      }
    }
  }

  private static var bytes: [(name: String, picture: Picture)] {
    let rows = texts.enumerated().map { index, text in
      BytesChart.Row(
        label: text, float32: [nil, 0, .max, -5, 1][index % 5], int8: [.min, nil, 17][index % 3])
    }
    return [
      ("bytes", BytesChart(caption: text(2), rows: rows).picture),
      ("no bytes", BytesChart(caption: "", rows: []).picture),
    ]
  }

  private static var networks: [(name: String, picture: Picture)] {
    let nodes = texts.enumerated().map { index, text in
      Report.NetworkStage.Node(
        name: text, operation: self.text(index + 1), shape: self.text(index + 2),
        numbers: [nil, .float32, .int8][index % 3], rows: [0..<0, -9..<2, 5..<900, Int.min..<Int.max, 1..<2][index % 5])
    }
    return [0, 1, 3, 7].map { count in
      let stages = (0..<count).map { Report.NetworkStage(title: text($0), nodes: nodes) }
      return ("network \(count)", NetworkPicture(caption: text(count), stages: stages).picture)
    } + [("empty stage", NetworkPicture(caption: "", stages: [.init(title: "none", nodes: [])]).picture)]
  }

  /// More than is drawn.
  private static var many: [(name: String, picture: Picture)] {
    let waves = (0..<3000).map { Double(($0 * 7919) % 1009) / 1009 }
    let series = (0..<40).map { index in
      HistoryChart.Series(
        name: text(index),
        points: (0..<500).map { .init(run: Int64($0 * 40 + index), value: waves[$0 + index], text: text($0)) })
    }
    let points = (0..<300).map {
      ParetoChart.Point(label: text($0), x: waves[$0], y: waves[$0 + 400], xText: "x\($0)", yText: "y")
    }
    return [
      ("many scales", ScalePlot(caption: "many", scales: waves).picture),
      ("long history", HistoryChart(caption: "many", series: series).picture),
      (
        "crowd",
        ParetoChart(
          caption: "many", xTitle: "x", yTitle: "y", points: points, betterX: .larger, betterY: .smaller
        ).picture
      ),
    ]
  }
}
