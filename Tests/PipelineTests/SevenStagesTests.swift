import Checkpoints
import Evaluation
import Foundation
import Layers
import Networks
import Testing

@Suite("The seven stages in order")
struct SevenStagesTests {
  let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  @Test("every artifact is there, whole, and nothing beside them")
  func artifacts() throws {
    let data = ["t10k-images-idx3", "t10k-labels-idx1", "train-images-idx3", "train-labels-idx1"]
    let expected =
      Workshop.configuration.keys + Stage.all.map(\.output) + ["report.md", "catalog.sqlite", "data"]
      + ["data/synthetic-digits"] + data.map { "data/synthetic-digits/\($0)-ubyte" }
    #expect(try workshop.files() == expected.sorted())
  }

  @Test(
    "an artifact says its stage, its network, and the digests of all it was made of",
    arguments: [Stage.train, .fuse, .calibrate, .convert])
  func metadata(_ stage: Stage) throws {
    let metadata = try workshop.checkpoint(stage.output).metadata
    #expect(metadata["stage"] == stage.name)
    #expect(metadata["format_version"] == "1")
    #expect(metadata["input_sha256"] == (try digests(stage.input)))
    // A conversion reads no scheme: its calibration did.
    #expect(metadata["config_sha256"] == (try digests((stage.name == "convert" ? .calibrate : stage).config)))
    #expect(metadata["dataset_sha256"] == (try digests(["data/manifest.json"])))
    #expect(metadata["dataset"] == "synthetic-digits")
    #expect(metadata["seed"] == "7")
    #expect(metadata["profile"] == (stage.name == "convert" ? "octavo" : nil))
    #expect((metadata["scheme"] != nil) == ["calibrate", "convert"].contains(stage.name))
    #expect(metadata["type"] == (stage.name == "convert" ? "static" : nil))
    let network = try Network(json: metadata["network"] ?? "")
    let trained = ["conv1", "norm1", "relu1", "pool", "flatten", "fc1", "relu2", "fc2"]
    #expect(network.layerNames == (stage.name == "train" ? trained : ["conv1", "pool", "flatten", "fc1", "fc2"]))
    // Nothing of when and where: another machine makes the same bytes.
    let known = [
      "config_sha256", "dataset", "dataset_sha256", "format_version", "input_sha256", "network", "profile", "scheme",
      "seed", "stage", "type",
    ]
    #expect(Set(metadata.keys).isSubset(of: known))
  }

  private func digests(_ files: [String]) throws -> String? {
    files.isEmpty ? nil : try files.map { try workshop.sha256($0) }.joined(separator: " ")
  }

  @Test("the catalog has a succeeded run for each stage, its files under their digests")
  func runs() throws {
    let statuses = try workshop.select("SELECT stage, status, coalesce(error, '-') FROM run ORDER BY id")
    #expect(statuses == Stage.all.map { "\($0.name)|succeeded|-" })
    for stage in Stage.all {
      let id = try workshop.newest(stage.name)
      var expected = try stage.config.map { "config|\($0)|\(try workshop.sha256($0))" }
      expected += try stage.input.map { "input|\($0)|\(try workshop.sha256($0))" }
      let outputs = [stage.output] + (stage.name == "report" ? ["report.md"] : [])
      expected += try outputs.map { "output|\($0)|\(try workshop.sha256($0))" }
      let found = try workshop.select(
        "SELECT role, path, sha256 FROM run_artifact JOIN artifact ON artifact.id = artifact WHERE run = \(id)")
      #expect(found.sorted() == expected.sorted(), "\(stage.name)")
    }
  }

  @Test("a run's row says what was asked for")
  func columns() throws {
    #expect(
      try workshop.select("SELECT stage, pipeline, scheme, dataset, seed FROM run ORDER BY id") == [
        "fetch-mnist|NULL|NULL|synthetic-digits|NULL", "train|tiny|NULL|synthetic-digits|7",
        "fuse|tiny|NULL|synthetic-digits|NULL", "calibrate|tiny|octavo|synthetic-digits|3",
        "convert|tiny|octavo|synthetic-digits|NULL", "evaluate|tiny|octavo|synthetic-digits|NULL",
        "report|tiny|NULL|synthetic-digits|NULL",
      ])
    let fuse = try workshop.select("SELECT command, git_commit FROM run WHERE stage = 'fuse'")
    #expect(fuse.first?.hasSuffix("/fuse \(Stage.fuse.arguments.joined(separator: " "))|NULL") == true)
  }

  @Test("the commit is the one that the environment tells, none where it tells none", arguments: ["", "0123abcd"])
  func commit(_ commit: String) throws {
    try workshop.succeed(.fuse, environment: ["OCTAVO_COMMIT": commit])
    #expect(try workshop.added("git_commit") == [commit.isEmpty ? "NULL" : commit])
  }

  @Test("epochs, scales, figures and confusion matrices are in the catalog")
  func results() throws {
    #expect(
      try workshop.select(
        """
        SELECT stage, epoch, loss > 0, train_accuracy IS NOT NULL, test_accuracy IS NOT NULL
        FROM epoch JOIN run ON run.id = run ORDER BY epoch
        """) == ["train|1|1|1|1", "train|2|1|1|1"])
    let activations = ["conv1|1", "fc1|1", "fc2|1", "quant|1"]
    let scales = "SELECT tensor, count(*) FROM quantization_parameter JOIN run ON run.id = run"
    #expect(try workshop.select("\(scales) WHERE stage = 'calibrate' GROUP BY tensor ORDER BY tensor") == activations)
    #expect(
      try workshop.select("\(scales) WHERE stage = 'convert' GROUP BY tensor ORDER BY tensor")
        == ["conv1|1", "conv1.weight|4", "fc1|1", "fc1.weight|16", "fc2|1", "fc2.weight|10", "quant|1"])
    let stored = try workshop.checkpoint("convert.safetensors").f32("fc2.weight_scale")
    let recorded = try workshop.select(
      "SELECT scale FROM quantization_parameter WHERE run = \(try workshop.newest("convert")) AND tensor = 'fc2.weight' ORDER BY channel"
    )
    #expect(recorded.compactMap(Float.init) == stored)
    // 200 test images through each network.
    #expect(
      try workshop.select("SELECT model, sum(count) FROM confusion GROUP BY model ORDER BY model")
        == ["float32|200", "int8|200"])
  }

  @Test("the metrics file and the catalog hold the same figures")
  func figures() throws {
    let metrics = try FloatInt8Comparison(json: try workshop.bytes("metrics.json"))
    #expect(metrics.dataset == "synthetic-digits")
    #expect(metrics.images == 200)
    #expect(metrics.float32.bytes == (try workshop.bytes("fuse.safetensors").count))
    #expect(metrics.int8.bytes == (try workshop.bytes("convert.safetensors").count))
    let rows = try workshop.select(
      "SELECT name, model, value FROM metric WHERE run = \(try workshop.newest("evaluate")) AND layer = '' AND name = 'accuracy' ORDER BY model"
    )
    #expect(rows == ["accuracy|float32|\(metrics.float32.accuracy)", "accuracy|int8|\(metrics.int8.accuracy)"])
    let diagonal = try workshop.select("SELECT sum(count) FROM confusion WHERE model = 'int8' AND actual = predicted")
    #expect(diagonal == ["\(Int((200 * metrics.int8.accuracy).rounded()))"])
    #expect(metrics.layers.map(\.name) == ["quant", "conv1", "fc1", "fc2"])
    for layer in metrics.layers {
      #expect(
        try workshop.select(
          "SELECT count(*) FROM metric WHERE run = \(try workshop.newest("evaluate")) AND layer = '\(layer.name)' AND name = 'sqnr'"
        )
          == ["1"])
    }
  }

  @Test(
    "every view answers",
    arguments: [
      ("history", 7), ("accuracy", 1), ("accuracy_drop", 1), ("file_size", 1), ("speed", 1), ("scale", 34),
    ])
  func views(_ view: String, _ rows: Int) throws {
    #expect(try workshop.select("SELECT * FROM \(view)").count == rows)
  }

  @Test("lineage leads from the int8 file back to the dataset")
  func lineage() throws {
    let paths = try workshop.select(
      "SELECT DISTINCT path FROM lineage WHERE output_path = 'convert.safetensors' ORDER BY path")
    #expect(
      paths == [
        "calibrate.safetensors", "data/manifest.json", "fuse.safetensors", "network.yaml", "octavo.yaml",
        "train.safetensors", "train.yaml",
      ])
  }

  @Test("the report holds the figures, and says loudly that the digits are synthetic", arguments: ["html", "md"])
  func report(_ kind: String) throws {
    let text = try workshop.text("report.\(kind)")
    let metrics = try FloatInt8Comparison(json: try workshop.bytes("metrics.json"))
    #expect(text.contains(String(format: "%.2f %%", 100 * metrics.float32.accuracy)))
    #expect(text.contains(String(format: "%.2f %%", 100 * metrics.int8.accuracy)))
    #expect(text.contains("SYNTHETIC DIGITS, not MNIST"))
    #expect(text.contains(try workshop.sha256("convert.safetensors")))
    #expect(text.contains("make all PIPELINE=tiny SCHEMES="))
  }

  @Test("the report's short table goes to stdout, the talk to stderr")
  func summary() throws {
    let ending = try workshop.run(.report, adding: ["--quiet"])
    #expect(ending.code == 0)
    #expect(ending.errors == "")
    #expect(ending.output.contains("SYNTHETIC DIGITS, not MNIST"))
    #expect(ending.output.contains("int8 octavo"))
    #expect(ending.output.contains("The report: report.html"))
  }

  @Test("a stage without a catalog leaves its output and no record")
  func noCatalog() throws {
    let before = try workshop.bytes("fuse.safetensors")
    try workshop.remove("fuse.safetensors")
    let ending = try workshop.run(
      "fuse", ["--input", "train.safetensors", "data/manifest.json", "--output", "fuse.safetensors"])
    #expect(ending.code == 0)
    #expect(try workshop.bytes("fuse.safetensors") == before)
    #expect(try workshop.added("stage").isEmpty)
  }
}
