import Tables

/// A document in GitHub's Markdown, that also reads well as it is.
enum MarkdownRenderer {
  static func render(_ document: Document) -> String {
    var parts = ["# " + MarkdownText.escaped(document.title)]
    if let banner = document.banner { parts.append("> **\(MarkdownText.escaped(banner))**") }
    parts.append(MarkdownText.escaped(document.lede))
    for section in document.sections {
      parts.append("## " + MarkdownText.escaped(section.title))
      parts += section.blocks.map { render($0) }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func render(_ block: Document.Block) -> String {
    switch block {
    case .heading(let text): "### " + MarkdownText.escaped(text)
    case .paragraph(let text): MarkdownText.escaped(text)
    case .facts(let facts):
      facts.map { "- \(MarkdownText.escaped($0.name)): \(MarkdownText.escaped($0.value))" }
        .joined(separator: "\n")
    case .commands(let lines): MarkdownText.codeBlock(lines, language: "sh")
    case .file(let file):
      file.text.map {
        MarkdownText.codeBlock($0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
      }
        ?? "The file on disk is no longer the one that was read."
    case .tiles(let tiles):
      tiles.map { tile in
        "- \(MarkdownText.escaped(tile.question)): **\(MarkdownText.escaped(tile.value))**. "
          + MarkdownText.escaped(tile.note)
      }.joined(separator: "\n")
    case .table(let table): render(table)
    case .pictures(let pictures): pictures.map { render($0) }.joined(separator: "\n\n")
    case .gallery(let gallery): render(gallery)
    case .details(let title, let blocks):
      (["### " + MarkdownText.escaped(title)] + blocks.map { render($0) }).joined(separator: "\n\n")
    }
  }

  /// A picture in letters.
  private static func render(_ picture: Picture) -> String {
    "**\(MarkdownText.escaped(picture.caption))**\n\n" + MarkdownText.codeBlock(picture.plain)
  }

  /// What is said of each image; the images themselves are for the page alone.
  private static func render(_ gallery: Document.Gallery) -> String {
    ([MarkdownText.escaped(gallery.caption)] + (gallery.isSheet ? [] : [""])
      + gallery.exhibits.filter { !$0.lines.isEmpty }.map { exhibit in
        "- " + MarkdownText.escaped(exhibit.lines.joined(separator: "; "))
      }).joined(separator: "\n")
  }

  static func render(_ table: Table) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    var lines = ["**\(MarkdownText.escaped(table.caption))**", ""]
    lines.append(line(table.columns.map { MarkdownText.escaped($0.title) }))
    lines.append(line(table.columns.map { $0.alignment == .right ? "---:" : ":---" }))
    for row in table.rows {
      lines.append(
        line(
          zip(row, table.columns).map { cell, column in
            column.isCode && cell.text != Format.missing
              ? MarkdownText.code(cell.text) : MarkdownText.escaped(cell.text)
          }))
    }
    return lines.joined(separator: "\n")
  }
}

/// Text that Markdown must not read as markup.
package enum MarkdownText {
  /// The text in one line, every sign that means something to Markdown or HTML escaped.
  package static func escaped(_ text: String) -> String {
    let signs = Array(PlainText.oneLine(text))
    var result = ""
    for (index, sign) in signs.enumerated() {
      switch sign {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\\", "`", "*", "[", "]", "|", "~": result += "\\\(sign)"
      // Inside a word an underscore is only an underscore, and per_tensor_affine stays readable.
      case "_" where !isInsideWord(signs, index): result += "\\_"
      case "#", "+", "-", "=":
        // At the start these would make a heading, a list or a rule; before a digit they are its sign.
        let isMarkup = index == 0 && signs.dropFirst().first?.isNumber != true
        result += isMarkup ? "\\\(sign)" : "\(sign)"
      default: result.append(sign)
      }
    }
    return result
  }

  /// The text as code within a line or a table's cell.
  package static func code(_ text: String) -> String {
    // Tables look for bars before code is read, so a bar is escaped even here.
    let line = PlainText.oneLine(text).replacing("|", with: "\\|")
    if line.isEmpty { return "" }
    let fence = String(repeating: "`", count: longestRun(of: "`", in: line) + 1)
    let space = line.first == "`" || line.last == "`" ? " " : ""
    return fence + space + line + space + fence
  }

  /// Lines of code, in a language that may be named.
  package static func codeBlock(_ lines: [String], language: String = "") -> String {
    let text = lines.joined(separator: "\n")
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
    return fence + language + "\n" + text + "\n" + fence
  }

  private static func isInsideWord(_ signs: [Character], _ index: Int) -> Bool {
    func isWord(_ index: Int) -> Bool {
      signs.indices.contains(index) && (signs[index].isLetter || signs[index].isNumber)
    }
    return isWord(index - 1) && isWord(index + 1)
  }

  private static func longestRun(of sign: Character, in text: String) -> Int {
    var longest = 0
    var run = 0
    for character in text {
      run = character == sign ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
