import Reporting
import Testing

@Suite("Pictures")
struct PictureTests {
  @Test("well formed, of one svg element that scales and needs nothing beside it, whatever it is given")
  func wellFormed() throws {
    for (name, picture) in Hostile.pictures {
      let drawing = try Drawing(picture.svg)
      let root = try #require(drawing.elements.first)
      #expect(root.name == "svg" && drawing.roots == 1, "\(name)")
      #expect(Set(root.attributes.keys) == ["viewBox", "role", "aria-label"], "\(name)")
      #expect(root.attributes["role"] == "img", "\(name)")
      #expect(root.title != nil, "\(name)")
      let names = Set(drawing.elements.map(\.name))
      #expect(names.isSubset(of: ["svg", "title", "text", "rect", "line", "path", "circle"]), "\(name): \(names)")
      let attributes = Set(drawing.elements.dropFirst().flatMap(\.attributes.keys))
      #expect(attributes.isDisjoint(with: ["id", "style", "href", "fill", "stroke"]), "\(name)")
    }
  }

  @Test("nothing leaves the view box, and every coordinate is a number")
  func withinBounds() throws {
    for (name, picture) in Hostile.pictures {
      let drawing = try Drawing(picture.svg)
      let size = try drawing.size()
      func check(_ x: Double, _ y: Double, _ what: String) {
        // Half a stroke may stand out where a line runs along the edge.
        #expect(x >= -1 && x <= size.width + 1 && y >= -1 && y <= size.height + 1, "\(name): \(what) at \(x) \(y)")
      }
      for box in drawing.all("rect") {
        let (x, y) = (try box.number("x"), try box.number("y"))
        check(x, y, "box")
        check(x + (try box.number("width")), y + (try box.number("height")), "box's end")
      }
      for line in drawing.all("line") {
        check(try line.number("x1"), try line.number("y1"), "line")
        check(try line.number("x2"), try line.number("y2"), "line's end")
      }
      for dot in drawing.all("circle") {
        let (x, y, radius) = (try dot.number("cx"), try dot.number("cy"), try dot.number("r"))
        check(x - radius, y - radius, "dot")
        check(x + radius, y + radius, "dot")
      }
      for path in drawing.all("path") {
        let commands = try #require(path.attributes["d"])
        #expect(!commands.contains("nan") && !commands.contains("inf"), "\(name)")
        for point in Drawing.points(commands) { check(point.x, point.y, "path") }
      }
      for text in drawing.all("text") { check(try text.number("x"), try text.number("y"), "text") }
    }
  }

  @Test("no text is longer than its picture: measured by the plain average of a sans-serif, half its size for a sign")
  func textFits() throws {
    for (name, picture) in Hostile.pictures {
      let drawing = try Drawing(picture.svg)
      let width = try drawing.size().width
      for text in drawing.all("text") {
        let wide = text.text.unicodeScalars.count { $0.value >= 0x2E80 && $0 != "\u{FFFD}" }
        let length = 12 * (0.5 * Double(text.text.count - min(wide, text.text.count)) + Double(wide))
        let share: Double = ["middle": 0.5, "end": 1.0][text.attributes["text-anchor"] ?? "start"] ?? 0
        // Two rows of narrow signs are the exception that an average allows.
        if text.text.contains("iii") { continue }
        let left = try text.number("x") - share * length
        #expect(left >= -1 && left + length <= width + 1, "\(name): \(text.text)")
      }
    }
  }

  @Test("in letters: at most 78 columns, one line each")
  func plain() {
    for (name, picture) in Hostile.pictures {
      for line in picture.plain {
        #expect(line.count <= 78, "\(name): \(line)")
        #expect(!line.contains { $0.isNewline || $0 == "\u{1B}" }, "\(name): \(line)")
      }
    }
    #expect(ScalePlot(caption: "", scales: [.nan]).picture.plain.count == 2)
  }

  @Test("a text that was cut is whole in its title")
  func cut() throws {
    let label = String(repeating: "wide ", count: 40) + "<end>"
    let chart = NetworkPicture(
      caption: "",
      stages: [
        .init(title: "", nodes: [.init(name: label, operation: "", shape: "", numbers: nil, rows: 0..<1)])
      ])
    let text = try #require(try Drawing(chart.picture.svg).all("text").first { $0.text.hasSuffix("…") })
    #expect(label.hasPrefix(text.text.dropLast()))
    #expect(text.title == label)
  }

  @Test("large tables stay small pictures")
  func small() {
    for (name, picture) in Hostile.pictures where ["many scales", "long history", "crowd"].contains(name) {
      #expect(picture.svg.utf8.count < 150_000, "\(name)")
    }
  }

  @Test("equal values, equal bytes")
  func deterministic() throws {
    let scales = (0..<100).map { Double($0) * 0.1 }
    let (first, second) = (ScalePlot(caption: "a", scales: scales), ScalePlot(caption: "a", scales: scales))
    #expect(first.picture == second.picture)
    #expect(first.picture != ScalePlot(caption: "a", scales: scales.reversed()).picture)
  }

  @Test(
    "coordinates have one decimal, and are always numbers",
    arguments: [
      (0.0, "0"), (-0.04, "0"), (0.05, "0.1"), (-0.25, "-0.3"), (12, "12"), (99.96, "100"), (.nan, "0"),
      (.infinity, "1000000"), (-1e300, "-1000000"),
    ])
  func coordinates(value: Double, text: String) { #expect(SVG.number(value) == text) }
}
