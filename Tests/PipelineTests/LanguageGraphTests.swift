import Foundation
import TestSupport
import Testing

/// A language model's pipeline through make.
@Suite("the graph of a language model", .enabled("\(Stories.absence)") { Stories.isThere })
struct LanguageGraphTests {
  private static let pipeline = "llama2-stories260k"
  private let tree: Tree

  init() throws {
    tree = try Tree()
    for file in [
      "\(Self.pipeline).mk", "\(Self.pipeline)/calibrate.yaml", "\(Self.pipeline)/limits.yaml",
      "\(Self.pipeline)/schemes/w8a8.yaml", "\(Self.pipeline)/schemes/smoothquant.yaml",
    ] {
      try tree.workshop.write(try Papers.text("Pipelines/\(file)"), to: "Pipelines/\(file)")
    }
    // Enough of them that chance breaks no limit.
    try tree.workshop.write("unit: lines\nlength: 64\nmost: 60\n", to: "Pipelines/\(Self.pipeline)/evaluate.yaml")
  }

  private func words(_ words: [String], folder: String = Stories.folder) -> [String] {
    words + ["PIPELINE=\(Self.pipeline)", "LLAMA_DIR=\(folder)"]
  }

  // Would catch a stage that runs again for nothing, and an edit that re-runs what is before it.
  @Test("what is up to date stays, and an edit re-runs what follows it")
  func onlyWhatChanged() throws {
    let both = words(["all", "SCHEMES=w8a8 smoothquant"])
    #expect(
      try Set(tree.succeed(both)) == [
        "import-transformer", "calibrate-transformer", "convert-transformer w8a8", "convert-transformer smoothquant",
        "evaluate-transformer w8a8", "evaluate-transformer smoothquant", "report",
      ])
    #expect(try tree.succeed(both) == [])
    try tree.workshop.write("unit: lines\nlength: 64\nmost: 61\n", to: "Pipelines/\(Self.pipeline)/evaluate.yaml")
    #expect(try tree.succeed(words(["all"])) == ["evaluate-transformer w8a8", "report"])
    #expect(
      try tree.succeed(words(["compare"])) == ["evaluate-transformer smoothquant", "report"],
      "every scheme of the pipeline, in a report of its own")
  }

  @Test("a scheme of groups is exported in the form that its pipeline names")
  func export() throws {
    let scheme = "Pipelines/\(Self.pipeline)/schemes/q8-group.yaml"
    try tree.workshop.write(try Papers.text(scheme), to: scheme)
    let export = words(["export", "SCHEMES=q8-group"])
    #expect(
      try tree.succeed(export) == ["import-transformer", "convert-transformer q8-group", "export-transformer q8-group"])
    #expect(try tree.succeed(export) == [])
    let folder = "Artifacts/\(Self.pipeline)/q8-group/export"
    #expect(tree.workshop.exists("\(folder)/model.bin") && !tree.workshop.exists("\(folder)/model.gguf"))
    let other = try tree.make(words(["export", "SCHEMES=w8a8", "FORMATS=gguf"]))
    #expect(other.code == 2 && other.errors.contains("weights: expected per_group"))
    let image = try tree.make(words(["export", "FORMATS=onnx"]))
    #expect(image.code == 2 && image.errors.contains("FORMATS='onnx': expected some of gguf llama2c, found 'onnx'"))
  }

  // Would catch a report that is older than the calibration it tells of.
  @Test("massive activations are told of once calibration has looked for them")
  func calibrated() throws {
    _ = try tree.succeed(words(["all"]))
    let report = "Artifacts/\(Self.pipeline)/report/report.md"
    #expect(try tree.workshop.text(report).contains("They were not looked for"))
    #expect(try tree.succeed(words(["report", "calibrate"])) == ["calibrate-transformer", "report"])
    #expect(try tree.workshop.text(report).contains("Calibration found no channel"))
    #expect(try tree.succeed(words(["calibrate", "report"])) == [])
  }

  // Would catch limits that are read and not held, and a report that says otherwise than the gate.
  @Test("the gate holds the newest evaluation to limits, and the report says the same")
  func gate() throws {
    let limits = "Pipelines/\(Self.pipeline)/limits.yaml"
    #expect(try tree.succeed(words(["all", "check", "JUNIT=check.xml"])).last == "report")
    #expect(try tree.workshop.text("check.xml").contains("failures=\"0\""))
    let report = "Artifacts/\(Self.pipeline)/report/report.md"
    #expect(try tree.workshop.text(report).contains("✓ within limits"))
    try tree.workshop.edit(limits, "kl_divergence: 0.003", "kl_divergence: 0.000001")
    let ending = try tree.make(words(["all", "check", "JUNIT=check.xml"]))
    // make's own exit code for a command that failed; the line is the program's.
    #expect(ending.code == 2 && ending.output.contains("\(Self.pipeline): w8a8: KL divergence"))
    #expect(try tree.workshop.text("check.xml").contains("failures=\"1\""))
    #expect(try tree.workshop.text(report).contains("✗ 1 broken"))
  }

  @Test("every scale, flip and figure is in the catalog, and what the pages ask of it is answered")
  func catalog() throws {
    _ = try tree.succeed(words(["all"]))
    func select(_ sql: String) throws -> [String] {
      try tree.workshop.select(sql, catalog: "Artifacts/catalog.sqlite")
    }
    // 512 rows of the embedding; 64 + 32 + 32 + 64 + 172 + 172 + 64 of each of 5 layers.
    #expect(try select("SELECT count(*), count(DISTINCT tensor) FROM scale WHERE scheme = 'w8a8'") == ["3512|36"])
    #expect(
      try select(
        "SELECT greedy_flips - (SELECT count(*) FROM greedy_flip WHERE run = e.run) FROM language_evaluation e")
        == ["0"])
    // Four groups of each layer, and the classifier.
    #expect(try select("SELECT count(*) FROM language_layer_error WHERE scheme = 'w8a8'") == ["21"])
    let questions = try Papers.questions(on: "docs/language-models.md").map(\.sql)
    let examples = try Papers.examples().filter { $0.contains(" FROM language_") }
    #expect(questions.count == 4 && examples.count == 2)
    for sql in questions + examples { #expect(try !select(sql).isEmpty, "\(sql)") }
  }

  @Test("random weights are made, imported and converted, and nothing else is done with them")
  func random() throws {
    let name = "llama2-15m-random"
    for file in ["\(name).mk", "\(name)/schemes/w8a8.yaml"] {
      try tree.workshop.write(try Papers.text("Pipelines/\(file)"), to: "Pipelines/\(file)")
    }
    let convert = ["convert", "PIPELINE=\(name)"]
    #expect(
      try Set(tree.succeed(convert)) == ["random-transformer", "import-transformer", "convert-transformer w8a8"])
    #expect(try tree.succeed(convert) == [])
    for words in [["all"], ["generate", "PROMPT=a"], ["rerun", "STAGE=evaluate"]] {
      let ending = try tree.make(words + ["PIPELINE=\(name)"])
      #expect(ending.code == 2 && ending.errors.contains("has no such stage; it has import-model convert"))
    }
  }

  // A file whose header is right and whose weights are not: nothing in it tells.
  @Test("a download is in place only with its digest")
  func damagedDownload() throws {
    var model = try Stories.bytes("stories260K.bin")
    model[5000] ^= 1
    try tree.workshop.write(model, to: "damaged.bin")
    try tree.workshop.write(
      """
      #!/bin/sh
      while [ "$1" != -o ]; do shift; done
      cp '\(tree.workshop.path("damaged.bin"))' "$2"

      """, to: "bin/curl")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tree.workshop.path("bin/curl"))
    let ending = try tree.make("Artifacts/data/models/stories260K.bin", "PIPELINE=\(Self.pipeline)")
    #expect(ending.code == 2)
    #expect(
      ending.errors.contains(
        "stories260K.bin.part: expected sha256 b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696, found "
      ))
    for name in ["stories260K.bin", "stories260K.bin.part"] {
      #expect(!tree.workshop.exists("Artifacts/data/models/\(name)"))
    }
  }

  @Test("one line says what is missing, and which words a language model has")
  func badCalls() throws {
    let missing = try tree.make(words(["all"], folder: "nowhere"))
    #expect(missing.code == 2 && missing.errors.contains("nowhere/stories260K.bin: no such file; name what is there"))
    let word = try tree.make(words(["train"]))
    #expect(word.code == 2 && word.errors.contains("a language model has no such stage; it has all import-model"))
    let prompt = try tree.make(words(["generate"]))
    #expect(prompt.code == 2 && prompt.errors.contains("make generate PROMPT=...: expected a text to go on with"))
  }
}
