import Reporting
import Testing

@Suite("Bars")
struct BarsTests {
  @Test("the longest fills its room, the others are in proportion, what is no length has none")
  func lengths() throws {
    let values = [200.0, 50, 0, -3, .nan, .infinity]
    let chart = Bars(
      caption: "Size.",
      bars: values.map { .init(label: "a", value: $0, text: "\($0)", kind: $0 > 0 ? .int8 : .float32) })
    let boxes = try Drawing(chart.picture.svg).all("rect")
    #expect(try boxes.map { try $0.number("width") } == [300, 75, 0, 0, 0, 0])
    #expect(boxes.map { $0.attributes["class"] } == ["int8", "int8", "float32", "float32", "float32", "int8"])
  }

  @Test("the figures are in the words and in the letters")
  func words() {
    let picture = Bars(
      caption: "Size.",
      bars: [
        .init(label: "float32", value: 4, text: "4 KB", kind: .float32),
        .init(label: "int8", value: 1, text: "1 KB", kind: .int8),
      ]
    ).picture
    #expect(picture.alternative == "Size. float32: 4 KB, int8: 1 KB")
    // 78 columns less the name's 7, the figure's 4 and two spaces.
    #expect(picture.plain.first == "float32 4 KB " + String(repeating: "█", count: 65))
    #expect(picture.plain.last == "int8    1 KB " + String(repeating: "█", count: 16))
  }
}
