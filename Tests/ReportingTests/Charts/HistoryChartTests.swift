import Reporting
import Testing

@Suite("Histories")
struct HistoryChartTests {
  private func series(_ name: String, _ values: [(Int64, Double)]) -> HistoryChart.Series {
    .init(name: name, points: values.map { .init(run: $0.0, value: $0.1, text: "\($0.1)") })
  }

  @Test("runs stand equally far apart in order of their numbers, whatever the order given")
  func places() throws {
    let chart = HistoryChart(caption: "c", series: [series("a", [(900, 3), (5, 1), (6, 2)])])
    let path = try #require(try Drawing(chart.picture.svg).all("path", "course hue-0").first?.attributes["d"])
    let corners = Drawing.points(path)
    try #require(corners.count == 3)
    #expect(abs(corners[1].x - corners[0].x - (corners[2].x - corners[1].x)) <= 0.11)
    #expect(abs(corners[0].y - corners[1].y - (corners[1].y - corners[2].y)) <= 0.11)
    #expect(corners[0].y > corners[2].y)
  }

  @Test("the newest point of each series is the larger one, and its figure is there")
  func newest() throws {
    let chart = HistoryChart(caption: "c", series: [series("a", [(1, 0.5), (4, 0.75)]), series("b", [(2, 0.25)])])
    let picture = chart.picture
    let drawing = try Drawing(picture.svg)
    #expect(drawing.all("circle").filter { $0.attributes["r"] == "4.5" }.count == 2)
    #expect(drawing.all("text").map(\.text).contains("1  0.75"))
    #expect(picture.alternative == "c a: 2 points, newest 0.75 in run 4. b: 1 points, newest 0.25 in run 2.")
    #expect(picture.plain == ["a  0.75  ▁█", "b  0.25  ▅"])
  }

  @Test("of many series the newest 18, of many runs the newest 200; what is left out is said")
  func limits() throws {
    let many = (0..<25).map { index in
      series("s\(index)", (0..<20).map { (Int64($0 * 25 + index), Double($0)) })
    }
    let picture = HistoryChart(caption: "c", series: many).picture
    let drawing = try Drawing(picture.svg)
    let texts = drawing.all("text").map(\.text)
    #expect((7..<25).allSatisfy { texts.contains("s\($0)") })
    #expect((0..<7).allSatisfy { !texts.contains("s\($0)") })
    #expect(texts.contains("run 300") && texts.contains("run 499"))
    #expect(texts.contains("Older runs, or runs without a number, left out: 300."))
    #expect(texts.contains("Older or empty series left out: 7."))
    #expect(picture.plain.count == 20)
  }

  @Test("numbers beside the newest points stay apart, in order and in their room")
  func spread() {
    let wanted = [50.0, 50, 50, 10, 99, 98, 0, 51]
    let got = HistoryChart.spread(wanted, apart: 10, within: 0...100)
    let sorted = got.sorted()
    for (above, below) in zip(sorted, sorted.dropFirst()) { #expect(below - above >= 10 - 1e-9) }
    #expect(sorted[0] >= 0 && sorted[7] <= 100)
    for first in wanted.indices {
      for second in wanted.indices where wanted[first] < wanted[second] { #expect(got[first] < got[second]) }
    }
    #expect(HistoryChart.spread([], apart: 10, within: 0...1) == [])
    #expect(HistoryChart.spread([5, 80], apart: 10, within: 0...100) == [5, 80])
  }

  @Test("the axis names its values in their unit")
  func unit() throws {
    let chart = HistoryChart(caption: "c", series: [series("a", [(1, 0.98), (2, 0.99)])], unit: .percent)
    #expect(try Drawing(chart.picture.svg).all("text").map(\.text).contains("98.4 %"))
  }

  @Test("without a number it says so")
  func empty() throws {
    let chart = HistoryChart(caption: "c", series: [series("a", [(1, .nan)])])
    #expect(try Drawing(chart.picture.svg).all("text").map(\.text).contains("no run has a figure"))
    #expect(chart.picture.plain.count == 2)
  }
}
