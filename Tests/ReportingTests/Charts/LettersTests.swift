import Reporting
import Testing

@Suite("Pictures in letters")
struct LettersTests {
  @Test("heights between the smallest and the largest; a space for what is no number; all equal lie in the middle")
  func sparkline() {
    #expect(Letters.sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(Letters.sparkline([7, .nan, 0], from: 0) == "█ ▁")
    #expect(Letters.sparkline([7, 14], from: 0) == "▅█")
    #expect(Letters.sparkline([5, 5]) == "▅▅")
    #expect(Letters.sparkline([.nan]) == " ")
    #expect(Letters.sparkline([]) == "")
  }

  @Test(
    "bars: in proportion, never longer than their room, and something where there is something",
    arguments: [(0.0, 0), (1e-9, 1), (0.5, 5), (1, 10), (7, 10), (-1, 0), (.nan, 0), (.infinity, 0)])
  func bar(share: Double, length: Int) { #expect(Letters.bar(share, 10) == String(repeating: "█", count: length)) }

  @Test(
    "exactly as many columns as asked for, wide signs counted twice",
    arguments: [
      ("", "    "), ("ab", "ab  "), ("abcd", "abcd"), ("abcde", "abc…"), ("漢字", "漢字"), ("漢字a", "漢… "), ("a\nb", "a b "),
    ])
  func padded(text: String, expected: String) {
    let padded = Letters.padded(text, 4)
    #expect(padded == expected)
    #expect(Letters.width(padded) == 4)
  }

  @Test("figures stand to the right")
  func number() { #expect(Letters.padded("7", 3, isNumber: true) == "  7") }
}
