import GRDB
import Testing

@Suite("Stages called wrongly")
struct BadCallTests {
  let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private func expectError(_ ending: Program.Ending, _ line: String) {
    #expect(ending.code == 1)
    #expect(ending.output == "")
    #expect(ending.errors == "\(line)\n")
  }

  @Test("a dataset's file that changed is named, with both digests", arguments: [Stage.train, .calibrate])
  func changedDataset(_ stage: Stage) throws {
    let file = "data/synthetic-digits/train-images-idx3-ubyte"
    let before = try workshop.sha256(file)
    try workshop.flip(file)
    let ending = try workshop.run(stage, adding: ["--quiet"])
    #expect(ending.errors.contains("\(file): expected SHA-256 \(before), found \(try workshop.sha256(file));"))
    #expect(ending.errors.hasSuffix("install the data set again: make rerun STAGE=fetch-mnist\n"))
  }

  @Test(
    "a wrong number of inputs is named, and the run has failed",
    arguments: [
      (["--input", "train.safetensors"], 1), (["--input", "train.safetensors", "data/manifest.json", "train.yaml"], 3),
      ([], 0),
    ])
  func inputs(_ arguments: [String], _ count: Int) throws {
    let line =
      "--input: expected float checkpoint, dataset manifest; found \(count) file\(count == 1 ? "" : "s"); see --help"
    let common = ["--output", "o.safetensors", "--catalog", "catalog.sqlite", "--pipeline", "tiny"]
    expectError(try workshop.run("fuse", arguments + common), "fuse: error: \(line)")
    #expect(!workshop.exists("o.safetensors"))
    #expect(try workshop.added("status, error") == ["failed|\(line)"])
  }

  @Test("configuration for a stage that takes none")
  func configuration() throws {
    expectError(
      try workshop.run(.fuse, adding: ["--config", "train.yaml"]),
      "fuse: error: --config: expected no file; found 1 file; see --help")
  }

  @Test(
    "an output that cannot be written is named, and the older run's artifacts stay as they are",
    arguments: [
      ("train.yaml/o.safetensors", "train.yaml is not a folder; name another path"),
      ("data", "Is a directory; name another path"),
    ])
  func output(_ path: String, _ reason: String) throws {
    let files = try workshop.files()
    let ending = try workshop.run(
      "convert",
      [
        "--input", "calibrate.safetensors", "--output", path, "--catalog", "catalog.sqlite", "--quiet",
      ])
    expectError(ending, "convert: error: \(path): cannot be written: \(reason)")
    #expect(try workshop.files() == files)
    #expect(
      try workshop.added("status, error")
        == ["failed|\(path): cannot be written: \(reason)"])
  }

  @Test("a folder without MNIST's files is named, and the dataset at hand stays", arguments: ["none", "empty"])
  func source(_ folder: String) throws {
    try workshop.write("", to: "empty/file")
    let (files, manifest) = (try workshop.files(), try workshop.bytes("data/manifest.json"))
    let ending = try workshop.run(
      "fetch-mnist",
      [
        "--dataset", "mnist", "--from", folder, "--output", "data/manifest.json", "--catalog", "catalog.sqlite",
      ])
    #expect(ending.code == 1)
    #expect(ending.errors.hasPrefix("fetch-mnist: error: "))
    #expect(ending.errors.contains("/\(folder)/train-images-idx3-ubyte: expected a file, found nothing"))
    #expect(ending.errorLines.count == 1)
    #expect(try workshop.files() == files)
    #expect(try workshop.bytes("data/manifest.json") == manifest)
    #expect(try workshop.added("stage, status") == ["fetch-mnist|failed"])
  }

  @Test("a catalog that is no database is left as it is, and no work is done")
  func garbage() throws {
    try workshop.write("no database, though it is long enough to be looked at as one", to: "catalog.sqlite")
    try expectRefusal("not an SQLite database: move the file away and run again, a new one will be made")
  }

  @Test("a newer catalog is left as it is, and no work is done")
  func newer() throws {
    try DatabaseQueue(path: workshop.path("catalog.sqlite")).write { try $0.execute(sql: "PRAGMA user_version = 99") }
    try expectRefusal(
      "version 99, this program knows versions up to 8: left untouched, use a newer Octavo or another file")
  }

  private func expectRefusal(_ reason: String) throws {
    let before = try workshop.bytes("catalog.sqlite")
    try workshop.remove("fuse.safetensors")
    expectError(try workshop.run(.fuse), "fuse: error: catalog catalog.sqlite: \(reason)")
    #expect(!workshop.exists("fuse.safetensors"))
    #expect(try workshop.bytes("catalog.sqlite") == before)
  }

  @Test("a catalog below a file is named")
  func catalogFolder() throws {
    let input = ["--input", "calibrate.safetensors"]
    let arguments = input + ["--output", "o.safetensors", "--catalog", "train.yaml/c.sqlite"]
    expectError(
      try workshop.run("convert", arguments),
      "convert: error: train.yaml/c.sqlite: cannot be written: train.yaml is not a folder; name another path")
  }

  @Test(
    "a wrong option is a matter of usage: 64, and no run",
    arguments: [
      ("fuse", ["--input", "train.safetensors"]), ("fuse", ["--output", "o", "--no-such-option"]),
      ("fuse", ["--output", "o", "--log-level", "loud"]), ("report", ["--output", "report.html"]),
      ("report", ["--output", "report.txt", "--catalog", "catalog.sqlite", "--pipeline", "tiny"]),
      ("fetch-mnist", ["--output", "data/other.json"]),
      ("fetch-mnist", ["--output", "data/manifest.json", "--synthetic-test", "0"]),
      ("fetch-mnist", ["--output", "data/manifest.json", "--dataset", "letters"]),
      ("fetch-mnist", ["--output", "data/manifest.json", "--validation", "0"]),
      ("fetch-mnist", ["--output", "data/manifest.json", "--validation-seed", "1"]),
      ("import-dataset", ["--output", "data/manifest.json"]),
      ("import-dataset", ["--output", "m.json", "--from", "."]),
      ("bench", ["--output", "bench.json", "--passes", "2"]), ("bench", ["--output", "bench.json", "--passes", "-1"]),
    ])
  func usage(_ program: String, _ arguments: [String]) throws {
    let files = try workshop.files()
    let ending = try workshop.run(program, arguments)
    #expect(ending.code == 64)
    #expect(ending.output == "")
    #expect(ending.errors.hasPrefix("Error: "))
    #expect(try workshop.files() == files)
    #expect(try workshop.added("stage").isEmpty)
  }

  @Test(
    "help is asked for, so it is no error",
    arguments: Stage.all.map(\.name) + ["import-dataset", "sensitivity", "check", "baseline", "bench", "inspect"])
  func help(_ program: String) throws {
    let ending = try workshop.run(program, ["--help"])
    #expect(ending.code == 0)
    #expect(ending.output.contains("USAGE: \(program) "))
    #expect(ending.errors == "")
  }
}
