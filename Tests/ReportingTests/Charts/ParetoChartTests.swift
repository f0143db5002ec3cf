import Reporting
import Testing

@Suite("Pareto charts")
struct ParetoChartTests {
  private func chart(
    _ points: [(String, Double, Double)], _ x: ParetoFront.Direction = .smaller, _ y: ParetoFront.Direction = .larger
  ) -> ParetoChart {
    ParetoChart(
      caption: "c", xTitle: "x", yTitle: "y",
      points: points.map { .init(label: $0.0, x: $0.1, y: $0.2, xText: "x=\($0.1)", yText: "y=\($0.2)") },
      betterX: x, betterY: y)
  }

  private let points = [("a", 1.0, 1.0), ("b", 2, 3), ("c", 4, 4), ("d", 3, 2)]

  @Test("the step line goes through the front, and no beaten point lies on its better side")
  func steps() throws {
    let drawing = try Drawing(chart(points).picture.svg)
    let path = try #require(drawing.all("path", "front").first?.attributes["d"])
    let corners = ParetoChartTests.rounded(Drawing.points(path))
    // Smaller x and larger y are better: to the right first, then up. 304 units for x from 1 to 4, 192 for y.
    let places: [(x: Double, y: Double)] = [(1, 1), (2, 1), (2, 3), (4, 3), (4, 4)]
    let expected = places.map { place -> (x: Double, y: Double) in
      (76 + 304 * (place.x - 1) / 3, 232 - 192 * (place.y - 1) / 3)
    }
    #expect(corners == ParetoChartTests.rounded(expected))
    #expect(drawing.all("circle", "best").count == 6)
    #expect(drawing.all("circle", "beaten").count == 2)
  }

  @Test("where larger x is better the line goes down first")
  func otherWay() throws {
    let path = try #require(
      try Drawing(chart([("a", 1, 4), ("b", 3, 2)], .larger, .larger).picture.svg).all("path", "front").first)
    let corners = Drawing.points(try #require(path.attributes["d"]))
    try #require(corners.count == 3)
    #expect(corners[1].x == corners[0].x && corners[1].y == corners[2].y)
  }

  @Test("names do not meet: what has no room is numbered, and all are listed with their figures")
  func crowd() throws {
    let crowd = (0..<20).map { ("scheme-\($0)", 1 + 0.0001 * Double($0), 1.0) }
    let drawing = try Drawing(chart(crowd).picture.svg)
    let (inside, below) = (
      drawing.all("text").filter { (Double($0.attributes["y"] ?? "") ?? 0) < 246 },
      drawing.all("text").filter { (Double($0.attributes["y"] ?? "") ?? 0) > 290 }
    )
    let names = inside.filter { $0.text.hasPrefix("scheme") }
    #expect(names.count < 20)
    for (index, first) in names.enumerated() {
      for second in names.dropFirst(index + 1) {
        let (dx, dy) = (try first.number("x") - second.number("x"), try first.number("y") - second.number("y"))
        // A name is nine signs at least, some six units each.
        #expect(abs(dy) >= 12 || abs(dx) >= 50, "\(first.text) and \(second.text)")
      }
    }
    for index in 0..<20 { #expect(below.contains { $0.text == "scheme-\(index)" }) }
  }

  @Test("what is no number is listed, not drawn, and never on the front")
  func noNumber() throws {
    let picture = chart([("a", .nan, 9), ("b", 1, 1), ("c", .infinity, 2), ("d", -.infinity, 2)]).picture
    let drawing = try Drawing(picture.svg)
    // One in the plane and one in the list.
    #expect(drawing.all("circle", "best").count == 2)
    #expect(drawing.all("circle", "beaten").count == 3)
    #expect(drawing.all("text").contains { $0.text == "x=nan, y=9.0" })
  }

  @Test("in words and in letters the front comes first and is marked")
  func words() {
    let picture = chart(points).picture
    #expect(picture.alternative.hasPrefix("c a: x=1.0, y=1.0, on the front; b:"))
    #expect(picture.alternative.hasSuffix("d: x=3.0, y=2.0."))
    #expect(picture.plain[0] == "* a  x=1.0  y=1.0")
    #expect(picture.plain[3] == "  d  x=3.0  y=2.0")
    #expect(picture.plain[4] == "* on the front: nothing is better in both")
  }

  @Test("of more than 40 points the rest is counted")
  func limit() throws {
    let many = (0..<50).map { ("p\($0)", Double($0), -Double($0)) }
    let texts = try Drawing(chart(many).picture.svg).all("text").map(\.text)
    #expect(texts.contains("Further points left out: 10."))
  }

  /// To the tenth, so that they can be compared.
  private static func rounded(_ points: [(x: Double, y: Double)]) -> [[Int]] {
    points.map { [Int(($0.x * 10).rounded()), Int(($0.y * 10).rounded())] }
  }
}
