import Evaluation
import Findings
import FindingsSupport
import Tables
import Testing

@Suite struct EvaluationTableTests {
  private func cells(_ edits: (String, String)..., rates: (Double, Double) = (1000, 1500)) throws -> [[Table.Cell]] {
    var text = String(decoding: try FloatInt8Comparison.sample().json(), as: UTF8.self)
    for (old, new) in edits {
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
    }
    return try FloatInt8Comparison(json: Array(text.utf8)).table(imagesPerSecond: rates).rows
  }

  @Test func bothNetworksAndTheirChange() throws {
    #expect(
      try cells().map { $0.map(\.text) } == [
        ["float32", "75.00 %", "400 B", "1,000"], ["int8", "50.00 %", "100 B", "1,500"],
        ["change", "-25.00 points", "4.00× smaller", "1.50× faster"],
      ])
  }

  @Test func syntheticDigitsAreNeverTakenForMNIST() throws {
    let rates = (float32: 1.0, int8: 1.0)
    let caption = try FloatInt8Comparison.sample(dataset: "synthetic-digits").table(imagesPerSecond: rates).caption
    #expect(caption == "4 images of synthetic-digits, NOT MNIST; agreement 75.00 %")
    #expect(
      try FloatInt8Comparison.sample().table(imagesPerSecond: rates).caption == "4 images of mnist; agreement 75.00 %")
  }

  // One image more is wrong: that may be chance, and says nothing. Size and speed were measured.
  @Test func whatMayBeChanceHasNoColour() throws {
    #expect(try cells()[2].map(\.heat) == [nil, nil, .right(1), .right(1)])
    let worse = try cells(("\"bytes\" : 100", "\"bytes\" : 401"), rates: (3, 2))
    #expect(worse[2].map(\.heat) == [nil, nil, .wrong(1), .wrong(1)])
    let equal = try cells(
      ("\"accuracy\" : 0.5", "\"accuracy\" : 0.75"), ("\"bytes\" : 100", "\"bytes\" : 400"), rates: (2, 2))
    #expect(equal[2].map(\.heat) == [nil, nil, nil, nil])
    let better = try cells(("\"accuracy\" : 0.5", "\"accuracy\" : 1"))
    #expect(better[2][1].heat == .right(1))
  }

  // Six images that float32 alone classifies rightly, none the other way: p = 2 / 2^6 = 0.03.
  @Test func aDropThatIsNoChanceIsWrong() throws {
    let comparison = try FloatInt8Comparison.sample()
    let one = try #require(comparison.disagreements.first)
    let text = String(decoding: try comparison.json(), as: UTF8.self)
    let start = try #require(text.range(of: "\"disagreements\" : [")).upperBound
    let end = try #require(text.range(of: "],\n  \"float32\"")).lowerBound
    let entry = text[start..<end]
    for (count, heat) in [(5, nil), (6, Table.Cell.Heat.wrong(1))] {
      var copy = text
      copy.replaceSubrange(start..<end, with: [String](repeating: String(entry), count: count).joined(separator: ","))
      let many = try FloatInt8Comparison(json: Array(copy.utf8))
      #expect(many.disagreements == [Disagreement](repeating: one, count: count))
      #expect(many.table(imagesPerSecond: (1, 1)).rows[2][1].heat == heat)
    }
  }
}
