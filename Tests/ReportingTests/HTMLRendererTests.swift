import Foundation
import Reporting
import Testing

@Suite("HTML")
struct HTMLRendererTests {
  private func count(_ needle: String, in text: String) -> Int {
    text.components(separatedBy: needle).count - 1
  }

  @Test("one file that needs nothing beside it, and runs nothing")
  func selfContained() {
    let html = Report.sample().html()
    #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
    #expect(html.hasSuffix("</html>\n"))
    for forbidden in ["<script", "<link", "<img", "src=", "http://", "https://", "url(", "@import"] {
      #expect(!html.contains(forbidden), "\(forbidden)")
    }
    #expect(html.contains("prefers-color-scheme: dark"))
    #expect(html.contains("width=device-width"))
  }

  @Test("every element that is opened is closed, in order")
  func wellFormed() {
    let html = Report.sample(isSynthetic: true).html()
    var open: [String] = []
    for part in html.split(separator: "<").dropFirst() {
      let name = String(part.prefix { $0.isLetter || $0.isNumber || $0 == "/" })
      let tag = part.prefix { $0 != ">" }
      if ["", "meta"].contains(name) || tag.hasSuffix("/") { continue }
      if name.hasPrefix("/") {
        #expect(open.popLast() == String(name.dropFirst()))
      } else {
        open.append(name)
      }
    }
    #expect(open == [])
  }

  @Test("every table has a caption, headings with scopes, and figures to the right")
  func tables() {
    let html = Report.sample().html()
    let tables = count("<table>", in: html)
    #expect(tables == 15)
    #expect(count("<caption>", in: html) == tables)
    #expect(html.contains("<th scope=\"row\">int8 per-channel</th><td class=\"number\">98.62 %</td>"))
    #expect(html.contains("<th scope=\"col\" class=\"number\">Accuracy</th>"))
    #expect(count("<h1>", in: html) == 1)
  }

  @Test("the confusion matrix is coloured: what is right by its share, errors by the worst of them")
  func heat() {
    let html = Report.sample().html()
    #expect(html.contains("<td class=\"number right\" style=\"--heat:0.970\">97</td>"))
    #expect(html.contains("<td class=\"number wrong\" style=\"--heat:1.000\">3</td>"))
    #expect(html.contains("<td class=\"number\">0</td>"))
  }

  @Test("bars: the longest fills its room, the others are in proportion")
  func bars() {
    let html = Report.sample().html()
    #expect(count("<svg ", in: html) == 3)
    #expect(count("<rect class=\"float32\" x=\"0\" y=\"20\" width=\"370.0\"", in: html) == 1)
    #expect(count("<rect class=\"int8\" x=\"0\" y=\"66\" width=\"92.5\"", in: html) == 1)
  }

  @Test("float32 has one bar where all schemes agree on it, else one for each")
  func sharedBar() {
    #expect(count("<rect class=\"float32\"", in: Report.sample().html()) == 3)
    var report = Report.sample()
    report.schemes[1].float32.imagesPerSecond = 2100
    #expect(count("<rect class=\"float32\"", in: report.html()) == 4)
  }

  @Test("synthetic digits: the head, every table and every picture")
  func synthetic() {
    let html = Report.sample(isSynthetic: true).html()
    #expect(html.contains("<p class=\"banner\" role=\"alert\">SYNTHETIC DIGITS, not MNIST."))
    #expect(count("<caption>SYNTHETIC DIGITS, not MNIST. ", in: html) == count("<caption>", in: html))
    #expect(count("<figcaption>SYNTHETIC DIGITS, not MNIST. ", in: html) == count("<figcaption>", in: html))
    let real = Report.sample().html()
    #expect(!real.contains("SYNTHETIC"))
    #expect(!real.contains("class=\"banner\""))
  }

  @Test("a hostile name is text wherever it stands")
  func hostile() {
    let evil = "\"><script>alert('1')</script>|`_&"
    var report = Report.sample()
    report.title = evil
    report.dataset.name = evil
    report.network = [evil]
    report.seeds = [.init(evil, evil)]
    report.environment = [.init(evil, evil)]
    report.commands = [evil]
    report.artifacts = [.init(path: evil, kind: evil, bytes: 1, sha256: evil)]
    report.schemes[0].name = evil
    report.schemes[0].settings = .init(type: evil, profile: evil, weights: evil, activations: evil, skipped: [evil])
    report.schemes[0].layers[0].name = evil
    report.schemes[0].layers[0].productPath = evil
    report.schemes[0].scales[0].tensor = evil
    report.schemes[0].confusion[0].model = evil
    let html = report.html()
    #expect(!html.contains("<script"))
    #expect(!html.contains("alert('1')"))
    #expect(html.contains("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;|`_&amp;"))
    // In Markdown only code may hold the sign as it is; there it is text too.
    for line in report.markdown().split(separator: "\n") where line.contains("<script>") {
      #expect(line.contains("`` ") || line.contains("``\"") || line == Substring(evil), "\(line)")
    }
  }

  @Test("strange figures do not break the page")
  func strange() {
    var report = Report.sample()
    report.schemes[0].float32 = .init(accuracy: .nan, bytes: 0, imagesPerSecond: .infinity)
    report.schemes[0].int8 = .init(accuracy: -.infinity, bytes: 0, imagesPerSecond: 0)
    report.schemes[0].layers[0].sqnr = .infinity
    report.schemes[0].confusion = [.init(model: "int8", counts: [[0]]), .init(model: "float32", counts: [])]
    report.epochs = [.init(number: 1, loss: .nan, seconds: 1)]
    let html = report.html()
    for text in ["NaN %", ">∞<", "NaN×", ">NaN<"] { #expect(html.contains(text), "\(text)") }
    #expect(!html.contains("width=\"nan\""))
    #expect(!html.contains("width=\"inf\""))
    #expect(!html.contains("width=\"-"))
  }

  @Test("the same values give the same bytes")
  func deterministic() {
    #expect(Report.sample().html() == Report.sample().html())
  }
}
