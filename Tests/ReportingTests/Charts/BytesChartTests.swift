import Reporting
import Testing

@Suite("Bytes by tensor")
struct BytesChartTests {
  private let chart = BytesChart(
    caption: "Bytes.",
    rows: [
      .init(label: "conv1.bias", float32: 64, int8: 64), .init(label: "fc1.weight", float32: 3_211_264, int8: 802_816),
      .init(label: "scales", float32: nil, int8: 0),
    ])

  @Test("bars in proportion to the largest; what is there shows, however small")
  func lengths() throws {
    // The legend's two boxes come first; 198 units of room.
    let widths = try Drawing(chart.picture.svg).all("rect").dropFirst(2).map { try $0.number("width") }
    #expect(Array(widths) == [1, 1, 198, 49.5, 0, 0])
  }

  @Test("every figure stands there in words, also beside the smallest bar")
  func figures() throws {
    let texts = try Drawing(chart.picture.svg).all("text").map(\.text)
    #expect(texts.filter { $0 == "64 B" }.count == 2)
    for text in ["3.21 MB", "802.8 KB", "–", "0 B"] { #expect(texts.contains(text), "\(text)") }
    #expect(chart.picture.alternative.contains("fc1.weight: float32 3.21 MB, int8 802.8 KB"))
    #expect(chart.picture.plain.count == 6)
    #expect(chart.picture.plain[2].hasPrefix("fc1.weight float32    3.21 MB ███"))
    #expect(chart.picture.plain[2].count == 78)
  }

  @Test("rows stay in their order")
  func order() throws {
    let labels = try Drawing(chart.picture.svg).all("text").map(\.text)
    let places = ["conv1.bias", "fc1.weight", "scales"].compactMap { labels.firstIndex(of: $0) }
    #expect(places.count == 3 && places == places.sorted())
  }
}
