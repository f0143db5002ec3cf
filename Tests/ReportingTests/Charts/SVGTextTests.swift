import Reporting
import Testing

@Suite("Text in pictures")
struct SVGTextTests {
  @Test("a text with room is left alone, one without is cut to fit, and keeps as much as fits")
  func fitted() {
    #expect(SVGText.fitted("conv1", 100) == "conv1")
    let cut = SVGText.fitted("a long name of a layer", 80)
    #expect(cut.hasSuffix("…") && "a long name of a layer".hasPrefix(cut.dropLast()))
    #expect(SVGText.width(cut) <= 80)
    #expect(SVGText.width(cut + "mm") > 80)
    #expect(SVGText.fitted("name", 0) == "…")
  }

  @Test("broken at spaces, within the room, in no more lines than allowed")
  func wrapped() {
    #expect(SVGText.wrapped("conv2d 3x3, padding 1", 100, lines: 2) == ["conv2d 3x3,", "padding 1"])
    let lines = SVGText.wrapped("conv2d 3x3, padding 1, relu, and so on", 100, lines: 2)
    #expect(lines.count == 2 && lines[1].hasSuffix("…"))
    #expect(lines.allSatisfy { SVGText.width($0) <= 100 })
    #expect(SVGText.wrapped("", 100, lines: 2) == [])
  }

  @Test("what XML forbids, what breaks lines and what turns text around is replaced")
  func cleaned() {
    #expect(SVGText.cleaned("a\nb\tc\u{0}d\u{1B}e\u{202E}f\u{FFFF}") == "a b c\u{FFFD}d\u{FFFD}e\u{FFFD}f\u{FFFD}")
    #expect(SVGText.cleaned("é漢👩‍👧 <&>") == "é漢👩‍👧 <&>")
  }
}
