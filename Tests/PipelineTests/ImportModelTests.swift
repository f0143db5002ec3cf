import Checkpoints
import Tensors
import Testing

/// A model that was trained elsewhere, through the built doors and through make. The tests' own training is elsewhere
/// enough: what it wrote is stripped to what PyTorch saves, tensors under their names.
@Suite("A model that is brought")
struct ImportModelTests {
  /// Writes a trained checkpoint's tensors as PyTorch would.
  private func strip(_ workshop: Workshop, _ trained: String, to name: String, prefix: String = "") throws {
    let tensors = try workshop.checkpoint(trained).tensors
    let renamed = Dictionary(uniqueKeysWithValues: tensors.map { (prefix + $0.key, $0.value) })
    try workshop.write(try Safetensors.encode(Checkpoint(tensors: renamed)), to: name)
  }

  private static let all = ["import-model"] + ["fuse"] + Tree.outputs[2...].map(\.run)
  private static let float = "Artifacts/tiny/import-model/model.safetensors"
  private static let fused = "Artifacts/tiny/fuse/model.safetensors"

  @Test("make all FLOAT=... trains nothing, needs no train.yaml, and the report says where the model came from")
  func all() throws {
    let trained = try Tree.made()
    let tree = try Tree()
    try strip(trained.workshop, "Artifacts/tiny/train/model.safetensors", to: "raw.safetensors", prefix: "module.")
    let file = "it's mine $HOME.safetensors"
    try tree.workshop.write(try trained.workshop.bytes("raw.safetensors"), to: file)
    try tree.workshop.remove("Pipelines/tiny/train.yaml")
    let ran = try tree.succeed("all", "FLOAT=\(file)")
    #expect(ran.sorted() == Self.all.sorted() && ran.first == "import-model")
    #expect(try tree.succeed("all", "FLOAT=\(file)") == [])
    #expect(
      try tree.workshop.checkpoint(Self.float).tensors
        == trained.workshop.checkpoint("Artifacts/tiny/train/model.safetensors").tensors)
    let report = try tree.workshop.text("Artifacts/tiny/report/report.md")
    #expect(report.contains("The float model was not trained by this pipeline. It was brought as "))
    #expect(report.contains(try tree.workshop.sha256(file)))
    #expect(report.contains("make all PIPELINE=tiny SCHEMES='one two' 'FLOAT=it'\\''s mine $HOME.safetensors'"))
    #expect(try tree.make("check", "FLOAT=\(file)").code == 0)
    // Without the model there is nothing to begin with, and a line says so.
    let ending = try tree.make("all")
    #expect(ending.code == 2)
    #expect(
      ending.errors.contains(
        "Pipelines/tiny/train.yaml: no such file; write one to train, or bring a model: FLOAT=my.safetensors"))
  }

  @Test("another file is taken whatever its age, and so is a model that is trained after all")
  func switching() throws {
    let tree = try Tree.made()
    let fused = try tree.workshop.bytes(Self.fused)
    try strip(tree.workshop, "Artifacts/tiny/train/model.safetensors", to: "a.safetensors")
    try strip(tree.workshop, "Artifacts/tiny/train/model.safetensors", to: "b.safetensors")
    try tree.workshop.edit(checkpoint: "b.safetensors") { checkpoint in
      checkpoint.tensors["fc2.bias"] = .init([10], [Float](repeating: 0.25, count: 10))
    }
    let touched = try Program(path: "touch").run(["-d", "2001-01-01", "b.safetensors"], in: tree.workshop.folder)
    #expect(touched.code == 0)
    #expect(try tree.succeed("fuse", "FLOAT=a.safetensors") == ["import-model", "fuse"])
    #expect(try tree.succeed("fuse", "FLOAT=a.safetensors") == [])
    #expect(try tree.workshop.checkpoint(Self.fused).tensors == Safetensors.decode(fused).tensors)
    #expect(try tree.succeed("fuse", "FLOAT=b.safetensors") == ["import-model", "fuse"])
    #expect(try tree.workshop.checkpoint(Self.fused).f32("fc2.bias") == [Float](repeating: 0.25, count: 10))
    #expect(try tree.succeed("fuse") == ["fuse"])
    #expect(try tree.workshop.bytes(Self.fused) == fused)
    #expect(
      try tree.succeed("all", "FLOAT=b.safetensors").sorted() == Self.all.filter { $0 != "import-model" }.sorted())
  }

  @Test("a pipeline's own .mk may name the file")
  func inPipeline() throws {
    let tree = try Tree.made()
    try strip(tree.workshop, "Artifacts/tiny/train/model.safetensors", to: "a.safetensors")
    try tree.workshop.write("SCHEMES ?= one two\nFLOAT ?= a.safetensors\n", to: "Pipelines/tiny.mk")
    #expect(try tree.succeed("fuse") == ["import-model", "fuse"])
  }

  @Test("a file that is not there is one line from the stage", arguments: ["import-model", "all"])
  func absent(_ word: String) throws {
    let tree = try Tree()
    let ending = try tree.make(word, "FLOAT=none.safetensors")
    #expect(ending.code == 2)
    #expect(ending.errorLines.contains { $0.hasPrefix("import-model: error: none.safetensors: ") }, "\(ending.errors)")
    #expect(try tree.runs() == ["import-model"])
  }

  @Test("the words that need a file ask for it", arguments: ["import-model", "describe"])
  func asked(_ word: String) throws {
    let ending = try Tree().make(word)
    #expect(ending.code == 2)
    #expect(ending.errors.contains("make \(word) FLOAT=...: expected a safetensors file"), "\(ending.errors)")
  }

  @Test("make describe prints a network file for a model")
  func describe() throws {
    let tree = try Tree.made()
    try strip(tree.workshop, "Artifacts/tiny/train/model.safetensors", to: "my net.safetensors")
    let ending = try tree.make("describe", "FLOAT=my net.safetensors")
    #expect(ending.code == 0)
    #expect(ending.output.contains("\nname: \"my net\"\n"))
    #expect(ending.output.contains("\n  - {name: conv1, type: conv2d, out: 4, kernel: 3, bias: false}  #"))
    #expect(ending.output.contains("\n  - {name: norm1, type: batchNorm2d}  # behind 'conv1'"))
  }

  private static let door = Stage(
    name: "import-model", config: ["network.yaml"], input: ["raw.safetensors", "data/manifest.json"],
    output: "import.safetensors")

  @Test("all that does not fit is one line, a failed run, and no file")
  func misfit() throws {
    let workshop = try Workshop.finished()
    try strip(workshop, "train.safetensors", to: "raw.safetensors")
    try workshop.edit(checkpoint: "raw.safetensors") { checkpoint in
      checkpoint.tensors["fc1.bias"] = nil
      checkpoint.tensors["fc3.bias"] = .init([1], [0 as Float])
      checkpoint.tensors["fc2.bias"] = .init([1], [0 as Float])
    }
    let ending = try workshop.run(Self.door)
    #expect(ending.code == 1)
    #expect(
      ending.errors
        == "import-model: error: raw.safetensors: the tensors are not those of network.yaml: 1 missing: 'fc1.bias' [16]; "
        + "1 that no layer uses: 'fc3.bias' [1]; 1 of another shape: 'fc2.bias' expected [10], found [1]; "
        + "change network.yaml or the file; describe prints what the file holds\n")
    #expect(!workshop.exists("import.safetensors"))
    #expect(try workshop.added("stage, status") == ["import-model|failed"])
  }

  @Test("a network that guesses is warned of, and the catalog keeps the warning")
  func guessing() throws {
    let workshop = try Workshop.finished()
    try strip(workshop, "train.safetensors", to: "raw.safetensors")
    // A bias that outweighs all: every image is of one class.
    try workshop.edit(checkpoint: "raw.safetensors") { checkpoint in
      checkpoint.tensors["fc2.bias"] = .init([10], [1e6] + [Float](repeating: 0, count: 9))
    }
    let ending = try workshop.run(Self.door)
    #expect(ending.code == 0)
    #expect(ending.errors.contains("is hardly better than guessing among 10 classes; "))
    #expect(try workshop.select("SELECT count(*) FROM warning WHERE run = (SELECT max(id) FROM run)") == ["1"])
  }

  @Test("a network that the images do not fit is refused")
  func otherImages() throws {
    let workshop = try Workshop.finished()
    try strip(workshop, "train.safetensors", to: "raw.safetensors")
    try workshop.edit("network.yaml", "height: 28, width: 28", "height: 27, width: 28")
    let ending = try workshop.run(Self.door)
    #expect(ending.code == 1 && ending.errorLines.count == 1, "\(ending.errors)")
    #expect(ending.errors.hasPrefix("import-model: error: network.yaml: "))
  }

  @Test("fuse tells tensors alone from a damaged file")
  func raw() throws {
    let workshop = try Workshop.finished()
    try strip(workshop, "train.safetensors", to: "raw.safetensors")
    try workshop.write(try workshop.bytes("raw.safetensors"), to: "train.safetensors")
    let ending = try workshop.run(.fuse)
    #expect(ending.code == 1)
    #expect(
      ending.errors
        == "fuse: error: train.safetensors: expected a float checkpoint with its network in metadata 'network', found "
        + "tensors alone; bring them in with import-model, or make all FLOAT=…\n")
  }
}
