import Tables
import Testing

@Suite("Tables on a terminal")
struct TablePlainTests {
  private var table: Table {
    var table = Table(
      "Layers and their bounds.", columns: [.code("Layer"), .text("Folded into it"), .number("Size"), .number("Sums")])
    table.append(["convolution1", "norm1, relu1, dropout1", "1.2 KB", "1,234,567"])
    table.append(["fc", "relu2", "400 B", "99"])
    return table
  }

  @Test("where there is room, as it is")
  func room() { #expect(table.plain(width: 80) == table.plain()) }

  @Test("the widest texts are shortened first, figures never")
  func shortened() {
    #expect(
      table.plain(width: 47) == """
        Layers and their bounds.
        Layer         Folded into it    Size       Sums
        ------------  --------------  ------  ---------
        convolution1  norm1, relu1,…  1.2 KB  1,234,567
        fc            relu2            400 B         99

        """)
  }

  @Test("then columns are left out from the right, and said to be")
  func dropped() {
    #expect(
      table.plain(width: 25) == """
        Layers and their bounds.
        Layer    Folded …    Size
        -------  --------  ------
        convol…  norm1, …  1.2 KB
        fc       relu2      400 B
        … and 1 column more

        """)
  }

  @Test("no line is wider than asked for, whatever the width, and rows stay rows", arguments: 0...100)
  func never(_ width: Int) {
    let lines = table.plain(width: width).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(lines.count == 6 || lines.count == 7)
    for line in lines where line.contains("1,2") { #expect(line.contains("1,234,567")) }
  }

  @Test("what is as it should be is green, what is not is red; widths are those of the text")
  func colors() {
    var table = Table("C.", columns: [.text("A"), .number("Long title")])
    table.append([.init("up", heat: .right(1)), .init("1", heat: .wrong(1))])
    table.append(["a", "2"])
    #expect(
      table.plain(isColored: true) == """
        C.
        A   Long title
        --  ----------
        \u{1B}[32mup\u{1B}[0m           \u{1B}[31m1\u{1B}[0m
        a            2

        """)
    #expect(!table.plain().contains("\u{1B}"))
  }
}
