import Reporting
import Testing

@Suite("Scales of channels")
struct ScalePlotTests {
  @Test("one stem for each channel, in proportion from zero")
  func stems() throws {
    let drawing = try Drawing(ScalePlot(caption: "c", scales: [0.5, 1, 0.25, 0.75]).picture.svg)
    let path = try #require(drawing.all("path", "stems").first?.attributes["d"])
    let corners = Drawing.points(path)
    try #require(corners.count == 8)
    let heights = stride(from: 0, to: 8, by: 2).map { corners[$0].y - corners[$0 + 1].y }
    for (height, scale) in zip(heights, [0.5, 1, 0.25, 0.75]) { #expect(abs(height - 120 * scale) <= 0.1) }
    for index in 0..<4 { #expect(abs(corners[2 * index].x - (58 + 338 * (Double(index) + 0.5) / 4)) <= 0.1) }
    // The median, 0.625, is the mean of both in the middle.
    let median = try #require(drawing.all("line", "median").first)
    #expect(abs(try median.number("y1") - (corners[0].y - 120 * 0.625)) <= 0.1)
  }

  @Test(
    "the median of an odd number, an even one, and of none",
    arguments: [([3.0, 1, 2], 2.0), ([4, 1, 2, 3], 2.5), ([.nan, 7], 7), ([], nil), ([.infinity], nil)])
  func median(scales: [Double], expected: Double?) {
    #expect(ScalePlot(caption: "", scales: scales).median == expected)
  }

  @Test("more than 1024 channels: of neighbours the largest, and it says so")
  func grouped() throws {
    var scales = [Double](repeating: 1, count: 2049)
    scales[1500] = 9
    let svg = ScalePlot(caption: "c", scales: scales).picture.svg
    let corners = Drawing.points(try #require(try Drawing(svg).all("path", "stems").first?.attributes["d"]))
    #expect(corners.count == 2 * 683)
    #expect(corners[2 * 500].y - corners[2 * 500 + 1].y == 120)
    #expect(svg.contains("of neighbours the largest"))
    let exact = ScalePlot(caption: "c", scales: Array(scales.prefix(1024))).picture.svg
    #expect(!exact.contains("of neighbours the largest"))
  }

  @Test("figures in words and in letters; what is no number is counted")
  func words() {
    let picture = ScalePlot(caption: "c", scales: [0.001, 0.003, .nan, 0.008]).picture
    let gist = "4 channels: smallest 0.001, median 0.003, largest 0.008; 1 are no numbers."
    #expect(picture.plain == ["▂▄ █", gist])
    #expect(picture.alternative == "c " + gist)
    #expect(ScalePlot(caption: "c", scales: []).picture.alternative == "c No scale is a number.")
  }
}
