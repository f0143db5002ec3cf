import Files
import Testing

@Suite("CSV")
struct CSVTests {
  @Test("what is not there is empty, and an empty text is quoted")
  func missing() { #expect(CSV.line(["a", nil, "", nil]) == "a,,\"\",\n") }

  // A carriage return before a newline is one Character with it; so is an accent behind a quote.
  @Test(
    "a text is quoted where it would be read otherwise, its quotes doubled",
    arguments: [
      ("a b", "a b"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""),
      ("\"\u{301}", "\"\"\"\u{301}\""),
    ])
  func quoting(_ text: String, _ field: String) { #expect(CSV.line([text, "x"]) == field + ",x\n") }

  @Test("a line of nothing is a newline")
  func nothing() { #expect(CSV.line([]) == "\n") }
}
