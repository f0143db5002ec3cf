import Files
import Testing

@Suite struct QuotingTests {
  @Test func leavesOrdinaryNamesAlone() {
    #expect(quoted("conv1.weight") == "'conv1.weight'")
    #expect(quoted("\u{E9}t\u{E9} \u{1F600}") == "'\u{E9}t\u{E9} \u{1F600}'")
  }

  @Test func escapesWhatCouldForgeALine() {
    #expect(quoted("a\nb\u{1B}[31m") == "'a\\nb\\u{1B}[31m'")
    // Line separator, right-to-left override, C1 control.
    #expect(quoted("\u{2028}\u{202E}\u{85}") == "'\\u{2028}\\u{202E}\\u{0085}'")
  }

  @Test func cutsLongNames() {
    #expect(quoted(String(repeating: "x", count: 80)) == "'" + String(repeating: "x", count: 80) + "'")
    #expect(quoted(String(repeating: "x", count: 81)) == "'" + String(repeating: "x", count: 80) + "…'")
  }

  @Test func cutsLongShapes() {
    #expect(listed([]) == "[]")
    #expect(listed([1, 2, 3, 4, 5, 6, 7, 8]) == "[1, 2, 3, 4, 5, 6, 7, 8]")
    #expect(listed(Array(repeating: 1, count: 9)) == "[1, 1, 1, 1, 1, 1, 1, 1, … 9 in all]")
  }
}
