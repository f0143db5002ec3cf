import Foundation
import Testing

@Suite("inspect")
struct InspectTests {
  let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private func catalog(_ words: String...) throws -> Program.Ending {
    try workshop.run("inspect", words + ["--catalog", "catalog.sqlite"])
  }

  @Test("a finished pipeline is shown, compared, verified and exported")
  func all() throws {
    let convert = try workshop.newest("convert")
    let show = try catalog("show", convert)
    #expect(show.code == 0 && show.errors == "")
    #expect(show.output.hasPrefix("Run \(convert).\n"))
    for line in try workshop.select(
      "SELECT sha256 FROM artifact JOIN run_artifact ON artifact = id WHERE run = \(convert)")
    { #expect(show.output.contains(line)) }

    try workshop.succeed(try #require(Stage.all.first { $0.name == "convert" }))
    let diff = try catalog("diff", convert, workshop.newest("convert"))
    #expect(diff.code == 0 && diff.errors == "")
    #expect(diff.output.contains("Settings: all 10 equal.\n") && !diff.output.contains("differ"))

    let verify = try catalog("verify")
    #expect(verify.code == 0 && verify.errors == "")
    #expect(verify.output.hasSuffix(" outputs on disk as recorded, 0 no longer on disk\n"))

    let export = try catalog("export", "--to", "deep/folder")
    #expect(export.code == 0 && export.errors == "")
    #expect(export.output.hasPrefix("deep/folder: 13 tables, "))
    let names = try workshop.files().filter { $0.hasPrefix("deep/folder/") }
    #expect(names.count == 26)
    let before = try names.map { try workshop.bytes($0) }
    #expect(try catalog("export", "--to", "deep/folder").code == 0)
    #expect(try names.map { try workshop.bytes($0) } == before)
    #expect(try workshop.text("deep/folder/run.csv").split(separator: "\n").count == Stage.all.count + 2)
  }

  @Test("a damaged output is a line and exit code 1; what was made of it is warned of")
  func damaged() throws {
    let output = try #require(Stage.all.first { $0.name == "convert" }).output
    let digest = try workshop.sha256(output)
    try workshop.write("damaged", to: output)
    let ending = try catalog("verify")
    #expect(ending.code == 1)
    let found = try workshop.sha256(output).prefix(12)
    let convert = try workshop.newest("convert")
    #expect(ending.output == "\(output): recorded \(digest.prefix(12)) by run \(convert) (convert), found \(found)\n")
    #expect(ending.errorLines.count == 1)
    #expect(
      ending.errors.hasPrefix("inspect verify: warning: \(output): recorded \(digest.prefix(12)) as read by run "))
  }

  @Test("make has a word for each, and says what it lacks")
  func make() throws {
    let tree = try Tree.made()
    // Of each scheme a conversion: two runs of one stage.
    let runs = try tree.workshop.select(
      "SELECT id FROM run WHERE stage = 'convert' ORDER BY id", catalog: "Artifacts/catalog.sqlite")
    let words = [
      ["show", "RUN=\(runs[0])"], ["diff", "RUNS=\(runs.joined(separator: ","))"], ["verify"],
      ["export-catalog", "TO=out"],
    ]
    for words in words {
      let ending = try tree.make(words)
      #expect(ending.code == 0 && !ending.output.isEmpty && ending.errors == "", "\(words): \(ending.errors)")
    }
    #expect(tree.workshop.exists("out/run.json"))
    for (word, lacking) in [("show", "RUN="), ("diff", "RUNS="), ("export-catalog", "TO=")] {
      let ending = try tree.make(word)
      #expect(ending.code == 2 && ending.errors.contains("make \(word) \(lacking)...: expected "))
    }
    #expect(try tree.make("diff", "RUNS=\(runs[0])").code == 2)
  }

  @Test("what cannot be answered is one line, and 1")
  func errors() throws {
    let none = try #require(try workshop.select("SELECT max(id) + 1 FROM run").first)
    let unknown = try catalog("show", none)
    #expect(unknown.code == 1 && unknown.output == "")
    #expect(unknown.errors == "inspect show: error: catalog.sqlite: no run \(none); `make history` lists the runs\n")
    let (fuse, convert) = (try workshop.newest("fuse"), try workshop.newest("convert"))
    let stages = try catalog("diff", fuse, convert)
    #expect(stages.code == 1 && stages.output == "")
    #expect(
      stages.errors
        == "inspect diff: error: runs \(fuse) and \(convert): expected two runs of one stage, found fuse and convert; "
        + "`make history` lists the runs\n")
    try workshop.write("", to: "file")
    let folder = try catalog("export", "--to", "file/folder")
    #expect(folder.code == 1 && folder.errors.hasPrefix("inspect export: error: file/folder/artifact.csv: "))
  }

  @Test(
    "a missing catalog is an error, and none is made",
    arguments: [["show", "1"], ["diff", "1", "2"], ["verify"], ["export", "--to", "out"]])
  func missing(_ words: [String]) throws {
    let ending = try workshop.run("inspect", words + ["--catalog", "none.sqlite"])
    #expect(ending.code == 1 && ending.output == "")
    #expect(ending.errors == "inspect \(words[0]): error: catalog none.sqlite: no such file; run a stage first\n")
    #expect(!workshop.exists("none.sqlite") && !workshop.exists("out"))
  }

  @Test(
    "too few words, or wrong ones, are a matter of usage: 64",
    arguments: [
      ["show"], ["show", "seven"], ["diff", "1"], ["diff", "1", "2", "3"], ["export"], ["export", "--to", ""],
    ])
  func usage(_ words: [String]) throws {
    let ending = try workshop.run("inspect", words + ["--catalog", "catalog.sqlite"])
    #expect(ending.code == 64)
    #expect(ending.output == "")
    #expect(ending.errors.contains("Error: "))
  }
}
