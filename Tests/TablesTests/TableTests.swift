import Tables
import Testing

@Suite("Tables")
struct TableTests {
  @Test("a terminal's columns are aligned, figures to the right")
  func plain() {
    var table = Table("Sizes.", columns: [.text("Name"), .number("Bytes"), .code("Path")])
    table.append(["é", "1,000", "a"])
    table.append(["longer", "1", "b/c"])
    #expect(
      table.plain() == """
        Sizes.
        Name    Bytes  Path
        ------  -----  ----
        é       1,000  a
        longer      1  b/c

        """)
  }

  @Test("a table without rows still has its headings")
  func empty() {
    #expect(Table("None.", columns: [.text("Name")]).plain() == "None.\nName\n----\n")
  }

  /// Catches a file name that colours or clears the terminal, or breaks the row.
  @Test("a name cannot steer the terminal")
  func controlCharacters() {
    var table = Table("a\nb", columns: [.text("Name")])
    table.append(["x\u{1B}[2J\r\ny"])
    #expect(table.plain() == "a b\nName\n--------\nx [2J  y\n")
  }
}
