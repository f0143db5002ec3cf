import Reporting
import Testing

@Suite("Histograms")
struct HistogramChartTests {
  /// Values from -1 to 3, clipped at (-128 - 0) × 0.01 = -1.28 and 127 × 0.01 = 1.27: the axis runs from -1.28 to 3.
  private let chart = HistogramChart(
    caption: "c", lower: -1, upper: 3, counts: [1, 4, 16, 64],
    grids: [.init(label: "int8 grid", scale: 0.01, zeroPoint: 0, quantMin: -128, quantMax: 127)])

  @Test("both clipping points stand where the scale says")
  func clips() throws {
    let lines = try Drawing(chart.picture.svg).all("line", "clip")
    let places = try lines.map { try $0.number("x1") }
    try #require(places.count == 2)
    // 376 units for 4.28, from 12 on.
    #expect(abs(places[0] - 12) <= 0.1)
    #expect(abs(places[1] - (12 + 376 * 2.55 / 4.28)) <= 0.1)
    for line in lines { #expect(try line.number("x1") == line.number("x2")) }
  }

  @Test("a zero point shifts what the integers reach: of -128 … 127 about 28 it is -156 … 99 scales")
  func zeroPoint() throws {
    let grid = HistogramChart.Grid(label: "g", scale: 0.5, zeroPoint: 28, quantMin: -128, quantMax: 127)
    let chart = HistogramChart(caption: "c", lower: 0, upper: 102, counts: [1], grids: [grid])
    let places = try Drawing(chart.picture.svg).all("line", "clip").map { try $0.number("x1") }
    try #require(places.count == 2)
    #expect(places[0] == 12)
    #expect(abs(places[1] - (12 + 376 * (78 + 49.5) / 180)) <= 0.1)
  }

  @Test("bars stand between their bins' ends, as high as the root of their count")
  func bars() throws {
    let path = try #require(try Drawing(chart.picture.svg).all("path", "bars").first?.attributes["d"])
    let corners = Drawing.points(path)
    let bottom = try #require(corners.first).y
    // M, then V and H for each of four bins, then V down again.
    try #require(corners.count == 10)
    #expect(abs(corners[0].x - (12 + 376 * 0.28 / 4.28)) <= 0.1)
    for (index, root) in [1.0, 2, 4, 8].enumerated() {
      #expect(abs(bottom - corners[1 + 2 * index].y - 120 * root / 8) <= 0.11)
      #expect(abs(corners[2 + 2 * index].x - (12 + 376 * (1.28 + Double(index)) / 4.28)) <= 0.1)
    }
  }

  @Test("the comb's teeth: 255 gaps, so few of them drawn that they are two units apart")
  func comb() throws {
    let comb = try #require(try Drawing(chart.picture.svg).all("line", "comb").first)
    // A gap is 376 × 0.01 / 4.28 = 0.88 units: every third tooth, 85 gaps of 2.64.
    #expect(comb.attributes["pathLength"] == "85.25")
    let tooth = 376 * 0.03 / 4.28
    #expect(abs(try comb.number("x1") - (12 - tooth / 8)) <= 0.1)
    #expect(abs(try comb.number("x2") - (12 + tooth * 85.125)) <= 0.1)
    #expect(chart.picture.svg.contains("int8 grid, scale 0.01, every 3rd drawn"))
  }

  @Test("a second grid is drawn otherwise, a third not at all")
  func grids() throws {
    var chart = chart
    chart.grids += [
      .init(label: "narrow", scale: 0.001, zeroPoint: 0, quantMin: -128, quantMax: 127),
      .init(label: "third", scale: 0.1, zeroPoint: 0, quantMin: -128, quantMax: 127),
    ]
    let drawing = try Drawing(chart.picture.svg)
    #expect(drawing.all("line", "clip").count == 2)
    #expect(drawing.all("line", "clip second").count == 2)
    #expect(drawing.all("line").filter { $0.attributes["class"]?.hasPrefix("comb") == true }.count == 2)
    #expect(!chart.picture.svg.contains("third"))
    #expect(chart.picture.alternative.contains("int8 grid: integers reach -1.28 … 1.27, scale 0.01."))
  }

  @Test("many bins are drawn together with their neighbours; none is lost")
  func grouped() throws {
    let counts = (0..<1000).map { $0 == 999 ? 600 : 1 }
    let chart = HistogramChart(caption: "c", lower: 0, upper: 1, counts: counts, grids: [])
    let path = try #require(try Drawing(chart.picture.svg).all("path", "bars").first?.attributes["d"])
    let corners = Drawing.points(path)
    // Groups of six: 166 whole ones and one of four, 603 values in the last.
    #expect(corners.count == 2 + 2 * 167)
    let bottom = corners[0].y
    #expect(abs(corners[corners.count - 2].x - 388) <= 0.1)
    #expect(abs(bottom - corners[corners.count - 3].y - 120) <= 0.1)
    #expect(abs(bottom - corners[1].y - 120 * (6.0 / 603).squareRoot()) <= 0.1)
  }

  @Test("without values it says so")
  func empty() {
    let picture = HistogramChart(caption: "c", lower: .nan, upper: 1, counts: [3], grids: []).picture
    #expect(picture.svg.contains("no values were counted"))
    #expect(picture.plain == ["values no values were counted"])
    #expect(picture.alternative == "c No values were counted.")
  }
}
