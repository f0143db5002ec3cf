import Testing

/// What a person may type or name that make or a shell would read as something else.
@Suite("Signs in words and names")
struct MakeWordsTests {
  private static let name =
    "expected a name of letters, digits, '.', '_', '+', '@' and, not first, '-'; rename the file"

  @Test(
    "a name that make would take apart is one line, and nothing is run",
    arguments: [
      "Pipelines/tiny/schemes/a b.yaml", "Pipelines/tiny/schemes/it's.yaml", "Pipelines/tiny/schemes/a=b.yaml",
      "Pipelines/tiny/schemes/a%.yaml", "Pipelines/tiny/schemes/a$b.yaml", "Pipelines/tiny/schemes/-a.yaml",
      "Pipelines/a b.mk",
    ])
  func strangeName(_ path: String) throws {
    let tree = try Tree()
    try tree.workshop.write("type: static\n", to: path)
    let ending = try tree.make("all")
    #expect(ending.code == 2)
    #expect(ending.errors.hasSuffix("*** \(path): \(Self.name).  Stop.\n"), "\(ending.errors)")
    #expect(ending.errorLines.count == 1)
    #expect(try tree.runs() == [])
  }

  @Test("names of other letters, and files that an editor leaves, are no trouble")
  func otherName() throws {
    let tree = try Tree()
    let scheme = try tree.workshop.text("Pipelines/tiny/schemes/one.yaml")
    try tree.workshop.write(scheme, to: "Pipelines/tiny/schemes/größe+1@x.yaml")
    try tree.workshop.write(scheme, to: "Pipelines/tiny/schemes/.#one.yaml")
    try tree.workshop.write(scheme, to: "Pipelines/tiny/schemes/one.yaml~")
    let ran = try tree.succeed("evaluate", "SCHEMES=größe+1@x")
    #expect(ran.last == "evaluate größe+1@x")
  }

  @Test("quotes, blanks, a dollar and a semicolon in a folder's name reach the program as they are")
  func folder() throws {
    let tree = try Tree()
    let folder = "it's; \"here\" & $there"
    let ending = try tree.make("rerun", "STAGE=fetch-mnist", "DATASET=mnist", "MNIST_DIR=\(folder)")
    #expect(ending.code == 2)
    #expect(ending.errorLines.first?.hasPrefix("fetch-mnist: error: ") == true)
    #expect(ending.errorLines.first?.contains("/\(folder)/train-images-idx3-ubyte: ") == true, "\(ending.errors)")
    let exported = try tree.make("export-catalog", "TO=\(folder)")
    #expect(exported.code == 0, "\(exported.errors)")
    #expect(try tree.workshop.files().contains("\(folder)/run.csv"))
  }

  @Test("a run's number with a command behind it is no command", arguments: ["show RUN=", "diff RUNS="])
  func command(_ word: String) throws {
    let tree = try Tree()
    let parts = word.split(separator: " ").map(String.init)
    #expect(try tree.make(parts[0], "\(parts[1])1;touch${IFS}x").code == 2)
    #expect(!tree.workshop.exists("x"))
  }

  @Test(
    "a word that is a pattern, or two, names no pipeline and no stage",
    arguments: [
      (["all", "PIPELINE=%"], "PIPELINE=%: expected one of tiny"),
      (["all", "PIPELINE=tiny tiny"], "PIPELINE=tiny tiny: expected one of tiny"),
      (
        ["rerun", "STAGE=%"],
        "make rerun STAGE=...: expected one of fetch-mnist import-dataset train import-model fuse calibrate qat convert import-quantized "
          + "evaluate sensitivity export emulate report, found '%'"
      ),
      (
        ["rerun", "STAGE=train fuse"],
        "make rerun STAGE=...: expected one of fetch-mnist import-dataset train import-model fuse calibrate qat "
          + "convert import-quantized evaluate sensitivity export emulate report, found 'train fuse'"
      ),
    ])
  func pattern(_ words: [String], _ reason: String) throws {
    let tree = try Tree()
    let ending = try tree.make(words)
    #expect(ending.code == 2)
    #expect(ending.errors.hasSuffix("*** \(reason).  Stop.\n"), "\(ending.errors)")
    #expect(try tree.runs() == [])
  }
}
