import Foundation
import Testing

/// Old runs forgotten, through make and the built program.
@Suite("inspect prune")
struct PruneTests {
  let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private func prune(_ words: String...) throws -> Program.Ending {
    try workshop.run("inspect", ["prune"] + words + ["--catalog", "catalog.sqlite"])
  }

  private static let lineage = "SELECT * FROM lineage WHERE output_path = 'metrics.json'"

  @Test("a pipeline run twice keeps its second half, the lineage of its figures, its files and its report")
  func twice() throws {
    try workshop.edit("train.yaml", "seed: 7", "seed: 8")
    for stage in Stage.all.dropFirst() { try workshop.succeed(stage) }
    let newest = "\(Self.lineage) AND output_sha256 = '\(try workshop.sha256("metrics.json"))'"
    let (files, lineage) = (try workshop.files(), try workshop.select(newest))
    let (bytes, digests) = (
      try workshop.bytes("catalog.sqlite"), try files.filter { $0 != "catalog.sqlite" }.digests(in: workshop)
    )

    // The data set was made once.
    let runs = try workshop.select("SELECT id FROM run ORDER BY id")
    let kept = [try workshop.newest("fetch-mnist")] + (try workshop.added("id"))
    let dry = try prune("--keep", "1", "--dry-run")
    #expect(dry.code == 0 && dry.errors == "" && dry.output.hasPrefix("Runs that would be removed.\n"))
    #expect(try workshop.bytes("catalog.sqlite") == bytes)

    let ending = try prune("--keep", "1")
    #expect(ending.code == 0 && ending.errors == "")
    #expect(
      ending.output.contains("\n\(runs.count - kept.count) of \(runs.count) runs removed, and with them rows of "))
    #expect(try workshop.select("SELECT id FROM run ORDER BY id") == kept)
    #expect(try workshop.select(newest) == lineage && lineage.count > 5)
    #expect(try workshop.select("PRAGMA foreign_key_check") == [])
    #expect(try workshop.files() == files)
    #expect(try files.filter { $0 != "catalog.sqlite" }.digests(in: workshop) == digests)
    #expect(try workshop.run("inspect", ["verify", "--catalog", "catalog.sqlite"]).code == 0)
    try workshop.succeed(.report)

    let second = try prune("--keep", "2")
    #expect(second.output == "No run removed: all \(kept.count + 1) stay.\n")
  }

  @Test(
    "a count that is none is a matter of usage: 64, and nothing goes",
    arguments: [[], ["--keep", "0"], ["--keep", "-1"], ["--keep", "many"], ["--keep", ""], ["--keep", "1.5"]])
  func usage(words: [String]) throws {
    let bytes = try workshop.bytes("catalog.sqlite")
    let ending = try workshop.run("inspect", ["prune"] + words + ["--catalog", "catalog.sqlite"])
    #expect(ending.code == 64 && ending.output == "" && ending.errors.hasPrefix("Error: "))
    #expect(try workshop.bytes("catalog.sqlite") == bytes)
  }

  @Test("a count below one says what was expected")
  func zero() throws {
    #expect(try prune("--keep", "0").errors.hasPrefix("Error: --keep: expected a count of at least 1, found 0\n"))
  }

  @Test("a missing catalog is an error, and none is made")
  func missing() throws {
    let ending = try workshop.run("inspect", ["prune", "--keep", "1", "--catalog", "none.sqlite"])
    #expect(ending.code == 1)
    #expect(ending.errors == "inspect prune: error: catalog none.sqlite: no such file; run a stage first\n")
    #expect(!workshop.exists("none.sqlite"))
  }

  @Test("make prune needs KEEP, and a count in it")
  func make() throws {
    let tree = try Tree.made()
    let ending = try tree.make("prune")
    #expect(ending.code == 2 && ending.errors.contains("make prune KEEP=...: expected how many runs"))
    #expect(try tree.make("prune", "KEEP=none").code == 2)
    #expect(try tree.succeed("rerun", "STAGE=report") == ["report"])
    #expect(try tree.make("prune", "KEEP=1").output.contains("\n1 of 10 runs removed"))
    #expect(try tree.succeed("all") == [])
  }

  @Test("inspect schema is the page in docs")
  func schema() throws {
    let ending = try workshop.run("inspect", ["schema"])
    #expect(ending.code == 0 && ending.errors == "")
    #expect(try ending.output == Papers.text("docs/catalog-reference.md"))
  }
}

extension [String] {
  /// The digests of files of a workshop; folders are passed over.
  fileprivate func digests(in workshop: Workshop) throws -> [String] {
    try compactMap { name in
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: workshop.path(name), isDirectory: &isFolder)
      return exists && !isFolder.boolValue ? try workshop.sha256(name) : nil
    }
  }
}
