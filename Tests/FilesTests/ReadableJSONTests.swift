import Files
import Testing

@Suite("ReadableJSON")
struct ReadableJSONTests {
  private struct Figures: Codable, Equatable {
    var zeta = [1, 2]
    var alpha = "a/b"
    var rate = 0.5
  }

  private let text = """
    {
      "alpha" : "a/b",
      "rate" : 0.5,
      "zeta" : [
        1,
        2
      ]
    }
    """

  @Test("keys are sorted, slashes are as they are, a file ends in a newline and a text does not")
  func layout() throws {
    #expect(try ReadableJSON.text(Figures()) == text)
    #expect(try ReadableJSON.encode(Figures()) == Array((text + "\n").utf8))
    #expect(try ReadableJSON.decode(Figures.self, from: ReadableJSON.encode(Figures())) == Figures())
  }

  @Test(
    "what JSON has no number for is a word where that is asked for, and is refused otherwise",
    arguments: [(Double.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan")])
  func special(_ value: Double, _ word: String) throws {
    let figures = Figures(rate: value)
    #expect(throws: EncodingError.self) { try ReadableJSON.text(figures) }
    let bytes = try ReadableJSON.encode(figures, special: .spelt)
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"rate\" : \"\(word)\","))
    #expect(throws: DecodingError.self) { try ReadableJSON.decode(Figures.self, from: bytes) }
    let read = try ReadableJSON.decode(Figures.self, from: bytes, special: .spelt)
    #expect(read.rate == value || read.rate.isNaN && value.isNaN)
  }
}
