import Tables

/// A document as one HTML file: no script, nothing fetched, readable by day and by night and on a phone.
enum HTMLRenderer {
  static func render(_ document: Document) -> String {
    let title = HTMLText.escaped(document.title)
    let banner = document.banner.map { "<p class=\"banner\" role=\"alert\">\(HTMLText.escaped($0))</p>" }
    let contents = document.sections.enumerated().map { index, section in
      "<li><a href=\"#section-\(index + 1)\">\(HTMLText.escaped(section.title))</a></li>"
    }
    var parts = [
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
      <title>\(title)</title>
      <link rel="expect" href="#end" blocking="render">
      <style>
      \(Stylesheet.text)
      \(Stylesheet.charts)
      </style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>
      """
    ]
    if let banner { parts.append(banner) }
    parts.append("<p class=\"lede\">\(HTMLText.escaped(document.lede))</p>")
    parts.append("<nav aria-label=\"Contents\"><ul>\(contents.joined())</ul></nav>\n</header>\n<main>")
    for (index, section) in document.sections.enumerated() {
      parts.append("<section id=\"section-\(index + 1)\">\n<h2>\(HTMLText.escaped(section.title))</h2>")
      parts += section.blocks.map(render)
      parts.append("</section>")
    }
    // Browsers that know rel="expect" paint nothing before all is there: no table that grows pushes what is below it.
    parts.append("</main>\n<div id=\"end\"></div>\n</body>\n</html>")
    return parts.joined(separator: "\n") + "\n"
  }

  private static func render(_ block: Document.Block) -> String {
    switch block {
    case .heading(let text): "<h3>\(HTMLText.escaped(text))</h3>"
    case .paragraph(let text): "<p>\(HTMLText.escaped(text))</p>"
    case .facts(let facts):
      "<dl>\n"
        + facts.map {
          "<div><dt>\(HTMLText.escaped($0.name))</dt><dd>\(HTMLText.escaped($0.value))</dd></div>\n"
        }.joined() + "</dl>"
    case .commands(let lines):
      "<pre tabindex=\"0\"><code>\(lines.map(HTMLText.escaped).joined(separator: "\n"))</code></pre>"
    case .file(let file): render(file)
    case .tiles(let tiles): "<dl class=\"tiles\">\n" + tiles.map { render($0) }.joined(separator: "\n") + "\n</dl>"
    case .table(let table): render(table)
    case .pictures(let pictures):
      "<div class=\"pictures\">\n" + pictures.map { render($0) }.joined(separator: "\n") + "\n</div>"
    case .gallery(let gallery): render(gallery)
    case .details(let title, let blocks):
      "<details>\n<summary>\(HTMLText.escaped(title))</summary>\n"
        + blocks.map { render($0) }.joined(separator: "\n") + "\n</details>"
    }
  }

  private static func render(_ file: Report.Config) -> String {
    guard let text = file.text else {
      return "<p>The file on disk is no longer the one that was read.</p>"
    }
    return "<pre tabindex=\"0\"><code>\(HTMLText.escaped(text))</code></pre>"
  }

  private static func render(_ tile: Document.Tile) -> String {
    "<div class=\"tile \(tile.mood.rawValue)\"><dt>\(HTMLText.escaped(tile.question))</dt>"
      + "<dd class=\"value\">\(HTMLText.escaped(tile.value))</dd>"
      + "<dd class=\"note\">\(HTMLText.escaped(tile.note))</dd></div>"
  }

  private static func render(_ picture: Picture) -> String {
    "<figure class=\"chart\">\n<figcaption>\(HTMLText.escaped(picture.caption))</figcaption>\n\(picture.svg)\n</figure>"
  }

  private static func render(_ gallery: Document.Gallery) -> String {
    let items = gallery.exhibits.map { exhibit in
      let image = exhibit.image.map { image in
        "<img alt=\"\(HTMLText.escaped(exhibit.alternative))\" width=\"\(image.width)\" height=\"\(image.height)\" "
          + "src=\"\(image.dataURL)\">"
      }
      let lines = exhibit.lines.map { "<span>\(HTMLText.escaped($0))</span>" }
      return "<li>\(image ?? "")\(lines.joined())</li>"
    }
    return "<figure class=\"gallery\(gallery.isSheet ? " sheet" : "")\">\n"
      + "<figcaption>\(HTMLText.escaped(gallery.caption))</figcaption>\n<ul>\n"
      + items.joined(separator: "\n") + "\n</ul>\n</figure>"
  }

  /// A table that scrolls by itself where the screen is narrower than it.
  static func render(_ table: Table) -> String {
    var lines = [
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"\(HTMLText.escaped(table.caption))\">",
      "<table>", "<caption><span>\(HTMLText.escaped(table.caption))</span></caption>",
    ]
    let head = table.columns.map { "<th scope=\"col\"\(style($0, nil))>\(HTMLText.escaped($0.title))</th>" }
    lines.append("<thead><tr>\(head.joined())</tr></thead>")
    lines.append("<tbody>")
    for row in table.rows {
      let cells = zip(row, table.columns).enumerated().map { index, pair in
        let (cell, column) = pair
        let text = HTMLText.escaped(cell.text)
        let content = column.isCode ? "<code>\(text)</code>" : text
        return index == 0
          ? "<th scope=\"row\"\(style(column, cell.heat))>\(content)</th>"
          : "<td\(style(column, cell.heat))>\(content)</td>"
      }
      lines.append("<tr>\(cells.joined())</tr>")
    }
    lines.append("</tbody>\n</table>\n</div>")
    return lines.joined(separator: "\n")
  }

  private static func style(_ column: Table.Column, _ heat: Table.Cell.Heat?) -> String {
    var classes = column.alignment == .right ? ["number"] : column.isList ? ["list"] : []
    var amount = ""
    switch heat {
    case nil: break
    case .right(let share):
      classes.append("right")
      amount = " style=\"--heat:\(Format.decimal(share, places: 3))\""
    case .wrong(let share):
      classes.append("wrong")
      amount = " style=\"--heat:\(Format.decimal(share, places: 3))\""
    }
    return (classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\"") + amount
  }
}

/// Text that HTML must not read as markup.
package enum HTMLText {
  /// The text with every sign escaped that could end an element or an attribute.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\u{0}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
