import Reporting
import Testing

@Suite("Networks")
struct NetworkPictureTests {
  private func node(_ name: String, _ rows: Range<Int>, _ numbers: Report.NetworkStage.Numbers?)
    -> Report.NetworkStage.Node
  {
    .init(name: name, operation: "does \(name)", shape: "4x4", numbers: numbers, rows: rows)
  }

  private var chart: NetworkPicture {
    NetworkPicture(
      caption: "c",
      stages: [
        .init(
          title: "before",
          nodes: [node("in", 0..<1, nil), node("conv", 1..<2, .float32), node("relu", 2..<3, .float32)]),
        .init(title: "after", nodes: [node("in", 0..<1, nil), node("both", 1..<3, .int8)]),
      ])
  }

  @Test("a step that others were folded into begins with the first of them and ends with the last")
  func folded() throws {
    let boxes = try Drawing(chart.picture.svg).all("rect")
    try #require(boxes.count == 5)
    let (conv, relu, both) = (boxes[1], boxes[2], boxes[4])
    #expect(try both.number("y") == conv.number("y"))
    let end = try relu.number("y") + relu.number("height")
    #expect(try both.number("y") + both.number("height") == end)
    #expect(try both.number("x") > conv.number("x") + conv.number("width"))
    #expect(
      boxes.map { $0.attributes["class"] }
        == ["plain", "float32", "float32", "plain", "int8"].map { "node \($0)-node" })
  }

  @Test("an arrow from each step to the next, between their boxes")
  func arrows() throws {
    let drawing = try Drawing(chart.picture.svg)
    let (boxes, arrows) = (drawing.all("rect"), drawing.all("line", "arrow"))
    #expect(arrows.count == 3)
    let first = try #require(arrows.first)
    #expect(try first.number("y1") == boxes[0].number("y") + boxes[0].number("height"))
    #expect(try first.number("y2") < boxes[1].number("y"))
    #expect(drawing.all("path", "head").count == 3)
  }

  @Test("steps never cover each other, whatever rows they claim")
  func overlapping() throws {
    let stage = Report.NetworkStage(
      title: "t", nodes: [node("a", 3..<5, nil), node("b", 0..<9, nil), node("c", -4 ..< -2, nil)])
    let boxes = try Drawing(NetworkPicture(caption: "c", stages: [stage]).picture.svg).all("rect")
    try #require(boxes.count == 3)
    for (upper, lower) in zip(boxes, boxes.dropFirst()) {
      #expect(try upper.number("y") + upper.number("height") < lower.number("y"))
    }
  }

  @Test("three columns fit the usual width, each further one widens the picture")
  func width() throws {
    func width(_ count: Int) throws -> Double {
      let stages = [Report.NetworkStage](repeating: chart.stages[0], count: count)
      return try Drawing(NetworkPicture(caption: "c", stages: stages).picture.svg).size().width
    }
    #expect(try width(1) == 400)
    #expect(try width(3) == 400)
    #expect(try width(4) == 536)
  }

  @Test("in words and in letters")
  func words() {
    let picture = chart.picture
    #expect(picture.alternative.hasSuffix("after: in, does in, 4x4; both, does both, 4x4, int8."))
    #expect(picture.plain.count == 7)
    #expect(picture.plain[0] == "before")
    #expect(picture.plain[6].hasPrefix("  both  does both "))
    #expect(picture.plain[6].hasSuffix("4x4             int8"))
  }
}
