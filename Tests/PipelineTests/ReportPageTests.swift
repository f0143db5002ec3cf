import Foundation
import TestSupport
import Testing

/// The report in a real browser, on a telephone and on a wide screen, by day and by night.
@Suite(
  "The report in Chromium",
  .enabled(if: Browser.program != nil, "no 'chromium' on the PATH; 'make setup-browser' installs it"))
struct ReportPageTests {
  /// A screen.
  struct Screen: Sendable, CustomTestStringConvertible {
    let width: Int
    let isDark: Bool
    var testDescription: String { "\(width) px, \(isDark ? "dark" : "light")" }

    static let all = [360, 1600].flatMap { width in [false, true].map { Screen(width: width, isDark: $0) } }
  }

  /// The pipeline's report, of one scheme; and one of two, whose parts are folded away.
  static let pages = ["report.html", "both.html"]

  @Test("on every screen", arguments: pages, Screen.all)
  func screens(_ page: String, _ screen: Screen) throws {
    let browser = try open(page, on: screen)
    try isQuiet(browser)
    try fits(browser, width: screen.width)
    try unfoldAll(browser)
    try fits(browser, width: screen.width)
    try standsOut(browser, isDark: screen.isDark)
    try hasSoundPictures(browser)
    #expect(try browser.complaints() == [])
  }

  private func open(_ page: String, on screen: Screen = Screen.all[3]) throws -> Browser {
    let workshop = try Workshop.finished()
    if page == "both.html" {
      let report = Stage.report
      let ending = try workshop.run(
        "report",
        ["--config"] + report.config + ["--input"] + report.input
          + ["metrics.json", "--output", page, "--catalog", "catalog.sqlite", "--pipeline", "tiny", "--quiet"])
      guard ending.code == 0 else { throw StageFailed(stage: "report", ending: ending) }
    }
    return try Browser(opening: workshop.path(page), width: screen.width, isDark: screen.isDark)
  }

  /// Nothing is complained of, fetched, or pushed aside while the page is laid out.
  private func isQuiet(_ browser: Browser) throws {
    #expect(try browser.complaints() == [])
    #expect(browser.requests().filter { !$0.hasPrefix("file:") && !$0.hasPrefix("data:image/png;") } == [])
    let shift = """
      new Promise(done => {
        let sum = 0
        new PerformanceObserver(list => list.getEntries().forEach(entry => sum += entry.value))
          .observe({ type: 'layout-shift', buffered: true })
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum)))
      })
      """
    let sum: Double = try browser.value(of: shift)
    #expect(sum == 0)
  }

  /// Nothing is wider than the screen; what scrolls by itself may be wide inside.
  private func fits(_ browser: Browser, width: Int) throws {
    let wide: Int = try browser.value(of: "document.documentElement.scrollWidth")
    #expect(wide <= width)
    let cut: [String] = try browser.value(
      of: """
        [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll *, pre *, svg *, details:not([open]) *')
          && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))
        """)
    #expect(cut == [])
  }

  /// Every text stands out from what is behind it, 4.5 to 1, and night is dark.
  private func standsOut(_ browser: Browser, isDark: Bool) throws {
    let faint: [String] = try browser.value(of: Self.faintTexts)
    #expect(faint == [])
    let paper: String = try browser.value(of: "getComputedStyle(document.body).backgroundColor")
    let lightness = paper.split { !$0.isNumber }.prefix(3).compactMap { Int($0) }.reduce(0, +)
    #expect(isDark ? lightness < 200 : lightness > 600)
  }

  /// No text leaves its picture, and none lies on another.
  private func hasSoundPictures(_ browser: Browser) throws {
    #expect(try browser.value(of: "document.querySelectorAll('svg').length", as: Int.self) > 10)
    let outside: [String] = try browser.value(
      of: """
        [...document.querySelectorAll('svg text')].filter(text => {
          const [box, all] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()]
          return box.left < all.left - 1 || box.right > all.right + 1 || box.top < all.top - 1 || box.bottom > all.bottom + 1
        }).map(text => text.closest('figure').querySelector('figcaption').textContent + ': ' + text.textContent)
        """)
    #expect(outside == [])
    let collisions: [String] = try browser.value(
      of: """
        [...document.querySelectorAll('svg')].flatMap(svg => {
          const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()])
          return texts.flatMap(([a, p], i) => texts.slice(i + 1).filter(([b, q]) =>
            Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
            && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 0.3 * Math.min(p.height, q.height))
            .map(([b]) => svg.closest('figure').querySelector('figcaption').textContent + ': ' + a + ' / ' + b))
        })
        """)
    #expect(collisions == [])
  }

  @Test("images are there, and have words; parts of a page have names", arguments: pages)
  func accessible(_ page: String) throws {
    let browser = try open(page)
    try unfoldAll(browser)
    let images: [Bool] = try browser.value(
      of: "[...document.images].map(i => i.alt !== '' && i.complete && i.naturalWidth > 0)")
    #expect(images.contains(true) && !images.contains(false))
    let nameless: [String] = try browser.value(
      of: """
        [...document.querySelectorAll('svg:not([role=img][aria-label]), table:not(:has(caption)), th:not([scope]), \
        .scroll:not([tabindex="0"][aria-label])')].map(e => e.outerHTML.slice(0, 80))
        """)
    #expect(nameless == [])
    let levels = "[...document.querySelectorAll('h1, h2, h3, h4')].map(h => Number(h.tagName[1]))"
    let headings = try browser.value(of: levels, as: [Int].self)
    #expect(headings.first == 1 && headings.count { $0 == 1 } == 1)
    #expect(zip(headings, headings.dropFirst()).allSatisfy { $1 <= $0 + 1 })
    // Every entry of the contents leads somewhere.
    let links = "[...document.querySelectorAll('nav a')].every(a => document.querySelector(a.getAttribute('href')))"
    #expect(try browser.value(of: links, as: Bool.self))
  }

  @Test("it can be printed", arguments: pages)
  func printed(_ page: String) throws {
    let pdf = try open(page).pdf()
    #expect(pdf.starts(with: Data("%PDF-".utf8)) && pdf.count > 10_000)
  }

  private func unfoldAll(_ browser: Browser) throws {
    _ = try browser.value(
      of: "document.querySelectorAll('details').forEach(d => d.open = true), document.body.offsetWidth", as: Int.self)
  }

  /// Texts whose colour is nearer than 4.5 : 1 to the first opaque background behind them, half-transparent ones laid over
  /// it, by WCAG 2.1's formula.
  private static let faintTexts = """
    (() => {
      const parse = c => { const n = (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number)
        return c.startsWith('color(') ? [...n.slice(0, 3).map(v => 255 * v), n[3] ?? 1] : [n[0], n[1], n[2], n[3] ?? 1] }
      const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1)
      const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b }
      const behind = e => { const layers = []
        for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); layers.push(c); if (c[3] === 1) break }
        return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]) }
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), faint = new Set()
      while (walker.nextNode()) {
        const e = walker.currentNode.parentElement
        if (!walker.currentNode.textContent.trim() || ['TITLE', 'DESC'].includes(e.tagName.toUpperCase())) continue
        const style = getComputedStyle(e), under = behind(e)
        const text = over(parse(e.closest('svg') ? style.fill : style.color), under)
        const [a, b] = [light(text), light(under)].sort((x, y) => y - x)
        const ratio = (a + 0.05) / (b + 0.05)
        if (ratio < 4.5) faint.add(`${e.tagName}.${e.className.baseVal ?? e.className} ${ratio.toFixed(2)}`)
      }
      return [...faint]
    })()
    """
}
