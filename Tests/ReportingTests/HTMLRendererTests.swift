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
    for forbidden in ["<script", "http://", "https://", "url(", "@import", "onload"] {
      #expect(!html.contains(forbidden), "\(forbidden)")
    }
    // The one link is to the page's own end.
    #expect(count("<link", in: html) == 1 && html.contains("<link rel=\"expect\" href=\"#end\" blocking=\"render\">"))
    #expect(count("src=\"", in: html) == count("src=\"data:image/png;base64,", in: html))
    #expect(html.contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\""))
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
      if ["", "meta", "img", "link"].contains(name) || tag.hasSuffix("/") { continue }
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
    // Results, settings, history, energy, devices, training, artifacts; and seven for each of two schemes.
    #expect(tables == 21)
    #expect(count("<caption>", in: html) == tables)
    #expect(html.contains("<th scope=\"row\">float32</th><td class=\"number\">98.75 % (98.50 … 98.95)</td>"))
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

  @Test("every picture of an image has its size, so that nothing moves, and words for it")
  func images() {
    let html = Report.sample().html()
    #expect(count("<img ", in: html) == 3)
    #expect(count("<img alt=\"Test image 417, a 4\" width=\"3\" height=\"2\" src=", in: html) == 2)
    #expect(count("<span>int8: 9\u{A0}(55\u{A0}%), 4\u{A0}(44\u{A0}%)</span>", in: html) == 2)
    #expect(html.contains("<img alt=\"All of them, row by row\" width=\"2\" height=\"1\" src="))
  }

  @Test("every chart has a caption, and words for those who cannot see it")
  func charts() {
    let html = Report.sample().html()
    let charts = count("<svg ", in: html)
    // For each of two schemes two histograms, the scales and the bytes; four courses, two planes, the network.
    #expect(charts == 15 && count("<figure class=\"chart\">\n<figcaption>", in: html) == charts)
    #expect(count(" role=\"img\" aria-label=\"", in: html) == charts)
  }

  @Test("one scheme: the answers in large letters, everything open")
  func one() {
    let html = Report.sampleOfOne().html()
    #expect(html.contains("<dd class=\"value\">✓ within limits</dd><dd class=\"note\">All 2 of limits.yaml hold.</dd>"))
    #expect(html.contains("<dd class=\"value\">+0.13 points</dd>"))
    #expect(html.contains("float32 alone is right on 20 images, int8 alone on 7; McNemar p = 0.019: not chance."))
    #expect(html.contains("2.50× faster than float32, batch 64, 2 threads, avx2."))
    #expect(html.contains("<h3>Values on the int8 grid</h3>") && !html.contains("<summary>per-channel: Confusion"))
    #expect(Report.sample().html().contains("<summary>per-channel: Confusion</summary>"))
  }

  @Test("a broken limit is said in words and not by a colour alone")
  func broken() {
    var report = Report.sampleOfOne()
    report.schemes[0].verdicts[0].holds = false
    let html = report.html()
    #expect(html.contains("<div class=\"tile bad\"><dt>Limits</dt><dd class=\"value\">✗ 1 broken</dd>"))
    #expect(html.contains("per-channel: accuracy drop 0.13 points, limit 0.1, run 7"))
    #expect(html.contains("<td>✗ 1 broken</td>"))
    report.schemes.append(.sample("other"))
    #expect(report.html().contains("<dd class=\"value\">1 of 2 hold</dd><dd class=\"note\">Broken: per-channel.</dd>"))
  }

  @Test("limits that were not held against a scheme are not said to hold")
  func unchecked() {
    var report = Report.sampleOfOne()
    report.schemes[0].verdicts = []
    let html = report.html()
    #expect(html.contains("<dd class=\"value\">not checked</dd>") && !html.contains("within limits"))
  }

  @Test("a configuration stands there whole, or is said to have changed")
  func configs() {
    let html = Report.sample().html()
    #expect(html.contains("<summary>train.yaml</summary>\n<pre tabindex=\"0\"><code>epochs: 2\n</code></pre>"))
    #expect(html.contains("<summary>gone.yaml</summary>\n<p>The file on disk is no longer the one that was read.</p>"))
  }

  @Test("synthetic digits: the head, every table and every picture")
  func synthetic() {
    let html = Report.sample(isSynthetic: true).html()
    #expect(html.contains("<p class=\"banner\" role=\"alert\">SYNTHETIC DIGITS, not MNIST."))
    #expect(count("<caption><span>SYNTHETIC DIGITS, not MNIST. ", in: html) == count("<caption>", in: html))
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
    report.networks = [.init(title: evil, nodes: [.sample(evil, evil, rows: 0..<1)])]
    report.configs = [.init(path: evil, text: evil)]
    report.history[0].scheme = evil
    report.history[0].commit = evil
    report.calibrations[0].title = evil
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
    var isInBlock = false
    for line in report.markdown().split(separator: "\n") {
      if line.hasPrefix("```") { isInBlock.toggle() }
      guard line.contains("<script>"), !isInBlock else { continue }
      #expect(line.contains("`` ") || line.contains("``\""), "\(line)")
    }
  }

  @Test("strange figures do not break the page")
  func strange() {
    var report = Report.sample()
    report.schemes[0].float32 = .init(accuracy: .nan, interval: 0...1, bytes: 0, imagesPerSecond: .infinity)
    report.schemes[0].int8 = .init(accuracy: -.infinity, interval: 0...1, bytes: 0, imagesPerSecond: 0)
    report.schemes[0].layers[0].output?.sqnr = .infinity
    report.history[0].int8 = .nan
    report.schemes[0].confusion = [.init(model: "int8", counts: [[0]]), .init(model: "float32", counts: [])]
    report.epochs = [.init(number: 1, loss: .nan, seconds: 1)]
    let html = report.html()
    for text in ["NaN % (0.00 … 100.00)", ">∞<", "NaN×", ">NaN<"] { #expect(html.contains(text), "\(text)") }
    for bad in ["\"nan", "\"inf", " nan", " inf", "width=\"-"] { #expect(!html.contains(bad), "\(bad)") }
  }

  @Test("the same values give the same bytes")
  func deterministic() {
    #expect(Report.sample().html() == Report.sample().html())
  }
}
