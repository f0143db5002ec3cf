import Testing

@Suite("A stdout that takes nothing: exit code 1, one line, and the output in place")
struct FullDiskTests {
  private let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private static let reason =
    "stdout: cannot be written: No space left on device; make room where it leads, or lead it elsewhere"

  private func expectFailure(_ program: String, _ arguments: [String], after: String = "", name: String? = nil) throws {
    let ending = try Program(built: program).run(arguments, in: workshop.folder, output: "/dev/full")
    #expect(ending.code == 1)
    #expect(ending.errors == "\(name ?? program): error: \(Self.reason)\(after)\n")
  }

  @Test("evaluate's JSON; the run has succeeded, for its output is there")
  func evaluate() throws {
    try workshop.remove("metrics.json")
    try expectFailure(
      "evaluate", Stage.evaluate.arguments + ["--json", "--quiet"], after: "; metrics.json is in place")
    #expect(workshop.exists("metrics.json"))
    #expect(try workshop.added("stage, status, error") == ["evaluate|succeeded|NULL"])
  }

  @Test("the report's table, or JSON", arguments: [[], ["--json"]])
  func report(_ others: [String]) throws {
    try workshop.remove("report.html")
    try expectFailure(
      "report", Stage.report.arguments + ["--quiet"] + others, after: "; report.html is in place")
    #expect(workshop.exists("report.html"))
    #expect(try workshop.added("stage, status") == ["report|succeeded"])
  }

  @Test("bench's tables")
  func bench() throws {
    try expectFailure(
      "bench",
      [
        "--input", "fuse.safetensors", "convert.safetensors", "data/manifest.json", "--output", "bench.json",
        "--passes", "1", "--quiet",
      ], after: "; bench.json is in place")
    #expect(workshop.exists("bench.json"))
  }

  @Test("a broken limit: the files of a check that could not be told are not written")
  func check() throws {
    try workshop.edit("limits.yaml", "synthetic-digits: 0", "synthetic-digits: 101")
    try expectFailure(
      "check",
      [
        "--config", "limits.yaml", "--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", "octavo",
        "--junit", "junit.xml", "--summary", "summary.md",
      ])
    #expect(!workshop.exists("junit.xml") && !workshop.exists("summary.md"))
  }

  @Test("baseline's line; the file is stored")
  func baseline() throws {
    try expectFailure(
      "baseline",
      ["--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", "octavo", "--output", "baseline.yaml"])
    #expect(workshop.exists("baseline.yaml"))
  }

  @Test(
    "every answer of inspect",
    arguments: [
      ["show", "convert"], ["diff", "convert", "convert"], ["verify"], ["export", "--to", "out"],
      ["prune", "--keep", "1"],
    ])
  func inspect(_ arguments: [String]) throws {
    let words = try arguments.map { $0 == "convert" ? try workshop.newest($0) : $0 }
    try expectFailure("inspect", words + ["--catalog", "catalog.sqlite"], name: "inspect \(arguments[0])")
  }

  @Test("the catalog's reference")
  func schema() throws { try expectFailure("inspect", ["schema"], name: "inspect schema") }
}
