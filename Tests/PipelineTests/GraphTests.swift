import Testing

@Suite("The graph, through make")
struct GraphTests {
  private static let one = ["calibrate one", "convert one", "evaluate one"]
  private static let two = ["calibrate two", "convert two", "evaluate two"]
  private static let config = "Pipelines/tiny"

  @Test("make all runs every stage once; a second time, none; and it says so beforehand")
  func all() throws {
    let tree = try Tree()
    #expect(try tree.make("-q", "all").code == 1)
    #expect(try tree.runs() == [])
    let planned = try tree.make("-n", "all").output.split(separator: "\n").filter { $0.hasPrefix(".build/bin/") }
    #expect(planned.count == 9)
    let ran = try tree.succeed("all")
    #expect(ran.sorted() == Tree.outputs.map(\.run).sorted())
    #expect(ran.first == "train")
    #expect(ran.last == "report")
    for output in Tree.outputs { #expect(tree.workshop.exists(output.file)) }

    #expect(try tree.succeed("all") == [])
    #expect(try tree.make("-q", "all").code == 0)
    #expect(!(try tree.make("-n", "all").output.contains(".build/bin/")))
  }

  @Test("what is missing is made again, and what follows it, and nothing else")
  func missing() throws {
    let tree = try Tree.made()
    let before = try tree.digests()
    for (file, expected) in [
      ("one/convert/model.safetensors", ["convert one", "evaluate one", "report"]),
      ("two/evaluate/metrics.json", ["evaluate two", "report"]), ("report/report.html", ["report"]),
      ("fuse/model.safetensors", ["fuse"] + Self.one + Self.two + ["report"]),
    ] {
      try tree.workshop.remove("Artifacts/tiny/\(file)")
      #expect(try tree.succeed("all") == expected)
      #expect(try tree.digests() == before)
    }
  }

  @Test("an edit re-runs the stage that reads it, and what follows, and nothing before")
  func edits() throws {
    let tree = try Tree.made()
    try tree.touch("\(Self.config)/schemes/two.yaml")
    #expect(try tree.succeed("all") == Self.two + ["report"])
    try tree.workshop.edit("\(Self.config)/schemes/one.yaml", "seed: 3", "seed: 4")
    #expect(try tree.succeed("all") == Self.one + ["report"])
    let everything = ["train", "fuse"] + Self.one + Self.two + ["report"]
    try tree.workshop.edit("\(Self.config)/train.yaml", "seed: 7", "seed: 8")
    #expect(try tree.succeed("all") == everything)
    try tree.touch("\(Self.config)/network.yaml")
    #expect(try tree.succeed("all") == everything)
    // Limits are read by the report alone.
    try tree.touch("\(Self.config)/limits.yaml")
    #expect(try tree.succeed("all") == ["report"])
  }

  @Test("a new program re-runs its stage, and what follows")
  func program() throws {
    let tree = try Tree.made()
    try tree.workshop.remove(".build/bin/convert")
    // Copied by a process of its own: a file that this one has open for writing, another test's child may inherit
    // open, and such a file cannot be run.
    let copy = try Program(path: "cp").run(
      [try Program(built: "convert").path, ".build/bin/convert"], in: tree.workshop.folder)
    #expect(copy.code == 0)
    let ran = try tree.succeed("all")
    #expect(ran.sorted() == ["convert one", "convert two", "evaluate one", "evaluate two", "report"])
  }

  @Test("in parallel or not: the same bytes")
  func parallel() throws {
    let (first, second) = (try Tree.made(), try Tree())
    let ran = try second.succeed("-j4", "all")
    #expect(ran.sorted() == Tree.outputs.map(\.run).sorted())
    #expect(try first.digests() == second.digests())
  }

  @Test("rerun does one stage again; make all then does what follows, and nothing before")
  func rerun() throws {
    let tree = try Tree.made()
    let before = try tree.digests()
    #expect(try tree.succeed("rerun", "STAGE=calibrate") == ["calibrate one", "calibrate two"])
    #expect(
      try tree.succeed("all").sorted()
        == ["convert one", "convert two", "evaluate one", "evaluate two", "report"])
    #expect(try tree.digests() == before)
    #expect(try tree.succeed("rerun", "STAGE=report") == ["report"])
  }

  @Test("rerun without a stage, or with one that is none, is one line", arguments: ["", "STAGE=bake"])
  func rerunWhat(_ word: String) throws {
    let tree = try Tree()
    let ending = try tree.make(word.isEmpty ? ["rerun"] : ["rerun", word])
    #expect(ending.code == 2)
    #expect(ending.errorLines.count == 1)
    let found = word.isEmpty ? "''" : "'bake'"
    #expect(
      ending.errors.contains(
        "make rerun STAGE=...: expected one of fetch-mnist import-dataset train import-model fuse calibrate qat convert import-quantized evaluate sensitivity export emulate report, found \(found)"
      ))
    #expect(try tree.runs() == [])
  }

  @Test("one stage by name brings only what it needs")
  func oneStage() throws {
    let tree = try Tree()
    #expect(try tree.succeed("fuse") == ["train", "fuse"])
    #expect(try tree.succeed("evaluate", "SCHEMES=two") == Self.two)
    #expect(try tree.succeed("all", "SCHEMES=two") == ["report"])
  }

  @Test(
    "a scheme or a pipeline that there is no file for is one line, and nothing is run",
    arguments: [
      ("SCHEMES=one three", "SCHEMES='one three': expected some of one two import-quantized, found 'three'"),
      ("PIPELINE=huge", "PIPELINE=huge: expected one of tiny"),
      ("PIPELINE=", "PIPELINE=: expected one of tiny"),
    ])
  func unknown(_ word: String, _ reason: String) throws {
    let tree = try Tree()
    let ending = try tree.make("all", word)
    #expect(ending.code == 2)
    #expect(ending.errorLines.count == 1)
    #expect(ending.errors.hasSuffix("*** \(reason).  Stop.\n"))
    #expect(try tree.runs() == [])
  }

  @Test("a stage that fails stops make, leaves no output, and is run again once it is mended")
  func failure() throws {
    let tree = try Tree()
    try tree.workshop.edit("\(Self.config)/schemes/two.yaml", "batches: 4", "batches: 4000")
    let ending = try tree.make("all")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("calibrate: error: \(Self.config)/schemes/two.yaml: calibration: the scheme asks"))
    let calibrated = "Artifacts/tiny/two/calibrate/model.safetensors"
    #expect(!tree.workshop.exists(calibrated))
    #expect(!tree.workshop.exists("Artifacts/tiny/report/report.html"))
    #expect(try tree.make("-q", "all").code == 1)
    try tree.workshop.edit("\(Self.config)/schemes/two.yaml", "batches: 4000", "batches: 4")
    #expect(try tree.succeed("all").filter { $0.hasSuffix("two") || $0 == "report" } == Self.two + ["report"])

    // What was there before a failure stays, and stays out of date.
    let before = try tree.workshop.bytes(calibrated)
    try tree.workshop.edit("\(Self.config)/schemes/two.yaml", "batches: 4", "batches: 4000")
    #expect(try tree.make("all").code == 2)
    #expect(try tree.workshop.bytes(calibrated) == before)
    #expect(try tree.make("-q", "calibrate").code == 1)
  }

  @Test("check: 0 within limits, 2 from make when one is broken")
  func check() throws {
    let tree = try Tree.made()
    let ending = try tree.make("check")
    #expect(ending.code == 0)
    #expect(ending.output == "tiny: one, two: within all limits\n")
    try tree.workshop.edit("\(Self.config)/limits.yaml", "size_ratio: 1", "size_ratio: 0.01")
    let broken = try tree.make("check")
    #expect(broken.code == 2)
    #expect(broken.output.split(separator: "\n").count == 2)
  }

  @Test("clean keeps the data and the catalog with its journal; distclean keeps nothing")
  func clean() throws {
    let tree = try Tree.made()
    let data = try tree.workshop.files().filter { $0.hasPrefix("Artifacts/data") }
    let kept = try tree.workshop.bytes("Artifacts/catalog.sqlite")
    // A run that was killed while it wrote leaves a journal, without which the catalog is lost.
    try tree.workshop.write("a journal", to: "Artifacts/catalog.sqlite-journal")
    try tree.workshop.write("what it is", to: "Artifacts/README.md")
    #expect(try tree.make("clean").code == 0)
    let artifacts = try tree.workshop.files().filter { $0.hasPrefix("Artifacts/") }
    #expect(
      artifacts.sorted()
        == (["Artifacts/README.md", "Artifacts/catalog.sqlite", "Artifacts/catalog.sqlite-journal"] + data).sorted())
    #expect(try tree.workshop.bytes("Artifacts/catalog.sqlite") == kept)
    #expect(!tree.workshop.exists(".build"))
    #expect(try tree.make("distclean").code == 0)
    #expect(try tree.workshop.files().filter { $0.hasPrefix("Artifacts/") } == ["Artifacts/README.md"])
  }

  @Test("clean and help work in a fresh checkout", arguments: ["clean", "distclean", "help", ""])
  func fresh(_ word: String) throws {
    let tree = try Tree()
    try tree.workshop.remove("Artifacts")
    try tree.workshop.remove(".build")
    let ending = try tree.make(word.isEmpty ? [] : [word])
    #expect(ending.code == 0)
    #expect(ending.errors == "")
  }

  @Test("another dataset than the one at hand is installed")
  func otherDataset() throws {
    let tree = try Tree.made()
    let manifest = "Artifacts/data/manifest.json"
    try tree.workshop.edit(manifest, "\"dataset\": \"synthetic-digits\"", "\"dataset\": \"mnist\"")
    let planned = try tree.make("-n", "fetch-mnist").output
    #expect(planned.contains(".build/bin/fetch-mnist --dataset 'synthetic-digits'"))
  }
}
