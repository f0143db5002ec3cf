import Testing

@Suite("The pages")
struct PapersTests {
  private let pages: [Page]
  private let makefile: Makefile

  init() throws {
    pages = try Papers.all()
    makefile = Makefile(try Papers.text("Makefile"))
  }

  @Test("every link leads to a file and a heading that are there")
  func links() {
    #expect(pages.flatMap(\.links).count > 30)
    for page in pages {
      let dead = page.deadLinks(among: pages, exists: Papers.exists)
      #expect(dead.isEmpty, "\(page.path)")
    }
  }

  @Test("every word after make is a target, every program one that make builds")
  func words() {
    let (goals, programs) = (makefile.goals, makefile.words(after: "PROGRAMS := "))
    #expect(goals.count > 20 && programs.count > 10)
    for page in pages {
      #expect(Set(page.makeWords).subtracting(goals) == [], "\(page.path)")
      #expect(Set(page.programs).subtracting(programs) == [], "\(page.path)")
    }
  }

  @Test("README names every target and every program, in less than 12,000 bytes")
  func readme() throws {
    let readme = try #require(pages.first { $0.path == "README.md" })
    #expect(Set(makefile.goals).subtracting(readme.makeWords) == [])
    #expect(Set(makefile.words(after: "PROGRAMS := ")).subtracting(readme.code) == [])
    #expect(try Papers.text("README.md").utf8.count < 12_000)
  }

  @Test("the manual's index leads to every page of it")
  func index() throws {
    let index = try #require(pages.first { $0.path == "docs/README.md" })
    let names = try Papers.files(in: "docs").filter { $0 != "README.md" }
    #expect(Set(names).subtracting(index.links) == [])
  }

  /// Catches an example that was edited in one place only.
  @Test("a configuration that the manual shows is a file of the default pipeline, or of the smallest language model's")
  func configurations() throws {
    let files = try ["Pipelines/mnist-cnn", "Pipelines/llama2-stories260k"].flatMap { folder in
      try Papers.files(in: folder).map { "\(folder)/\($0)" }
        + Papers.files(in: "\(folder)/schemes").map { "\(folder)/schemes/\($0)" }
    }
    let texts = try files.filter { $0.hasSuffix(".yaml") }.map(Papers.text)
    let shown = pages.filter { $0.path.hasPrefix("docs/") }.flatMap(\.blocks).filter { $0.language == "yaml" }
    #expect(shown.count == 5)
    for block in shown {
      #expect(texts.contains(block.lines.joined(separator: "\n") + "\n"), "\(block.lines.first ?? "")")
    }
  }
}

/// A page of the test's own, whose faults are known.
@Suite("Reading a page")
struct PageTests {
  private let page = Page(
    path: "docs/a.md",
    text: """
      # A: scales, `x_y` and more
      ## Twice
      ## Twice
      [here](#twice-1) [there](b.md#end) [up](../top.md) [web](https://example.org/none#none) [folder](../docs)
      [file](c.md) [heading](b.md#none) [mine](#none) [out](../../docs/b.md) [no page](../top.md#top) `[code](d.md)`
      Type `make -j8 one
      two`, `OCTAVO_ISA=avx2 make three LIST='a make b' TO=x`; .build/bin/prose
      ```yaml
      # no heading
      make: one
      [fenced](e.md)
      ```
      ```
      make four # make five
      .build/bin/six-seven --help
      remake eight
      ```
      """)

  @Test("dead links are those without a file or a heading")
  func links() {
    let other = Page(path: "docs/b.md", text: "text\n### End\n")
    let there: Set = ["docs", "docs/a.md", "docs/b.md", "top.md"]
    #expect(
      page.deadLinks(among: [page, other], exists: there.contains)
        == ["c.md", "b.md#none", "#none", "../../docs/b.md", "../top.md#top"])
    #expect(page.anchors == ["a-scales-x_y-and-more", "twice", "twice-1"])
  }

  @Test("commands stand in code, with options and settings beside them")
  func commands() {
    #expect(page.makeWords == ["four", "one", "two", "three"])
    #expect(page.programs == ["six-seven"])
  }

  @Test("a Makefile's goals: over lines, through variables, but no outputs")
  func goals() {
    let makefile = Makefile("A := x \\\n  y\n.PHONY: help $(A)\n.PHONY: $(target_of_rerun)\nz: w\n")
    #expect(makefile.goals == ["help", "x", "y"])
  }
}
