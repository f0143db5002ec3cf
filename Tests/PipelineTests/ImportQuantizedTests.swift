import Evaluation
import Networks
import ONNXFormat
import Testing

/// A model that was quantized elsewhere, through the built doors and through make. Our own QDQ export is elsewhere enough.
@Suite("A quantized ONNX file that is brought")
struct ImportQuantizedTests {
  private static let door = Stage(
    name: "import-quantized", input: ["Tiny.onnx", "data/manifest.json"], output: "brought.safetensors")

  /// Writes a converted checkpoint as `Tiny.onnx`.
  private func export(_ workshop: Workshop, _ int8: String) throws {
    let ending = try workshop.run(
      "export", ["--format", "onnx-qdq", "--input", int8, "--output", "Tiny.onnx", "--quiet"])
    #expect(ending.code == 0, "\(ending.errors)")
  }

  @Test("it becomes the int8 checkpoint that convert wrote, and what reads those reads it")
  func door() throws {
    let workshop = try Workshop.finished()
    try export(workshop, "convert.safetensors")
    let ending = try workshop.run(Self.door)
    #expect(ending.code == 0, "\(ending.errors)")
    let (own, brought) = (
      try workshop.checkpoint("convert.safetensors"), try workshop.checkpoint("brought.safetensors")
    )
    #expect(brought.metadata["stage"] == "import-quantized" && brought.metadata["profile"] == "octavo")
    // The file does not say which of a type's integers were in use.
    let isRange = { (name: String) in name.hasSuffix("range") }
    #expect(brought.tensors.filter { !isRange($0.key) } == own.tensors.filter { !isRange($0.key) })
    #expect(
      try workshop.select(
        "SELECT stage, name FROM run JOIN metric ON run = run.id WHERE stage = 'import-quantized'")
        == ["import-quantized|import_accuracy"])
    let exported = try workshop.run(
      "export", ["--format", "json", "--input", "brought.safetensors", "--output", "x.json", "--quiet"])
    #expect(exported.code == 0, "\(exported.errors)")
  }

  /// Evaluates what was brought beside a float model.
  private func evaluate(_ workshop: Workshop, _ float: String = "fuse.safetensors") throws -> Program.Ending {
    try workshop.run(
      "evaluate", ["--input", float, "brought.safetensors", "data/manifest.json", "--output", "x.metrics", "--quiet"])
  }

  // A file says padding that is read and no more, and its network is called as it is: beside the float model that was
  // trained here, and beside one that came by a file of another name.
  @Test("evaluate takes it beside the float model, wherever that came from, and says when another one is named")
  func evaluation() throws {
    let workshop = try Workshop.finished()
    try export(workshop, "convert.safetensors")
    #expect(try workshop.run(Self.door).code == 0)
    let calls = [
      ("export", ["--format", "onnx", "--input", "fuse.safetensors", "--output", "float.onnx"]),
      ("import-model", ["--input", "float.onnx", "data/manifest.json", "--output", "float"]),
      ("fuse", ["--input", "float", "data/manifest.json", "--output", "fused"]),
    ]
    for (program, arguments) in calls {
      let ending = try workshop.run(program, arguments + ["--quiet"])
      #expect(ending.code == 0, "\(program): \(ending.errors)")
    }
    let own = try FloatInt8Comparison(json: workshop.bytes("metrics.json"))
    for float in ["fuse.safetensors", "fused"] {
      let ending = try evaluate(workshop, float)
      #expect(ending.code == 0 && ending.errors == "", "\(float): \(ending.errors)")
      let found = try FloatInt8Comparison(json: workshop.bytes("x.metrics"))
      // The same integers, but for values beyond the range that was in use, of which the file does not tell.
      #expect(found.float32.confusion == own.float32.confusion && found.layers.map(\.name) == own.layers.map(\.name))
      #expect(found.layers.map(\.weightSQNR) == own.layers.map(\.weightSQNR))
    }
    // The same layers, other weights: it is evaluated, with a warning.
    try workshop.edit("train.yaml", "seed: 7", "seed: 8")
    for stage in [Stage.train, .fuse] { try workshop.succeed(stage) }
    let other = try evaluate(workshop)
    #expect(other.code == 0 && other.errors.contains("no weight of the int8 model is near the float model's"))
    // Other layers.
    try workshop.edit("network.yaml", "{name: fc1, type: linear, out: 16}", "{name: fc1, type: linear, out: 8}")
    for stage in [Stage.train, .fuse] { try workshop.succeed(stage) }
    let refused = try evaluate(workshop)
    #expect(refused.code == 1)
    #expect(
      refused.errors
        == "evaluate: error: expected both models to be of one network, found 'fc1' (linear, relu), which makes 8 features "
        + "of 'flatten' in the float model and 'fc1' (linear, relu), which makes 16 features of 'flatten' in the int8 "
        + "model; name the float model that was quantized, or convert this one again\n")
  }

  @Test("evaluate compares a table that changes a scale with the float layer before it")
  func rescaled() throws {
    let workshop = try Workshop.finished()
    try export(workshop, "convert.safetensors")
    var model = try ONNXModel(bytes: workshop.bytes("Tiny.onnx"))
    let place = try #require(model.graph.initializers.firstIndex { $0.name == "pool.scale" })
    guard case .f32(let scale) = model.graph.initializers[place].elements else { throw MissingText(file: "", text: "") }
    // Behind the pool another scale, behind the flatten again the old one: two tables.
    model.graph.initializers[place] = ONNXTensor("pool.scale", shape: [], .f32([scale[0] * 1.25]))
    try workshop.write(model.bytes(), to: "Tiny.onnx")
    #expect(try workshop.run(Self.door).code == 0)
    let ending = try evaluate(workshop)
    #expect(ending.code == 0 && ending.errors == "", "\(ending.errors)")
    let layers = try FloatInt8Comparison(json: workshop.bytes("x.metrics")).layers
    #expect(layers.map(\.name) == ["quant", "conv1", "pool.rescaled", "flatten.rescaled", "fc1", "fc2"])
    #expect(layers.map(\.kind) == ["input", "conv2d", "rescale", "rescale", "linear", "linear"])
    // Rounded once more, but near.
    #expect(layers.allSatisfy { $0.sqnr > 10 })
  }

  @Test("a float file is one line and no checkpoint")
  func float() throws {
    let workshop = try Workshop.finished()
    let ending = try workshop.run(
      "export", ["--format", "onnx", "--input", "fuse.safetensors", "--output", "Tiny.onnx", "--quiet"])
    #expect(ending.code == 0)
    let refused = try workshop.run(Self.door)
    #expect(refused.code == 1)
    #expect(
      refused.errors
        == "import-quantized: error: Tiny.onnx: node 'conv1.sum' (Conv): expected a weight in 8-bit integers behind a "
        + "DequantizeLinear, found 'conv1.weight', which is none; quantize this node too\n")
    #expect(!workshop.exists("brought.safetensors"))
  }

  @Test("make import-quantized brings it once, and asks for a file where none is named")
  func make() throws {
    let tree = try Tree.made()
    try export(tree.workshop, "Artifacts/tiny/one/convert/model.safetensors")
    #expect(try tree.succeed("import-quantized", "ONNX=Tiny.onnx") == ["import-quantized"])
    #expect(try tree.succeed("import-quantized", "ONNX=Tiny.onnx") == [])
    #expect(tree.workshop.exists("Artifacts/tiny/import-quantized/model.safetensors"))
    try export(tree.workshop, "Artifacts/tiny/two/convert/model.safetensors")
    #expect(try tree.succeed("import-quantized", "ONNX=Tiny.onnx") == ["import-quantized"])
    let ending = try Tree().make("import-quantized")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("make import-quantized ONNX=...: expected an ONNX file"), "\(ending.errors)")
  }

  @Test("SCHEMES=import-quantized takes it through evaluation, baseline, check, report and export")
  func scheme() throws {
    let tree = try Tree.made()
    // Speeds of so small a network are noise: any loss is allowed.
    try tree.workshop.edit(
      "Pipelines/tiny/limits.yaml", "size_ratio: 1",
      "size_ratio: 1\nbaseline: {accuracy_drop_points: 0.1, size_growth: 1.01, speed_ratio_loss: .inf}")
    try export(tree.workshop, "Artifacts/tiny/one/convert/model.safetensors")
    let scheme = "SCHEMES=import-quantized"
    #expect(try tree.succeed("import-quantized", "ONNX=Tiny.onnx") == ["import-quantized"])
    #expect(try tree.succeed("evaluate", scheme) == ["evaluate import-quantized"])
    #expect(try tree.succeed("evaluate", "baseline", "check", scheme) == [])
    let brought = try tree.workshop.sha256("Artifacts/tiny/import-quantized/model.safetensors")
    let baseline = try tree.workshop.text("Pipelines/tiny/baseline.yaml")
    #expect(baseline.contains("\"import-quantized\":") && baseline.contains("int8_sha256: \"\(brought)\""))
    #expect(
      try tree.succeed("report", "export", scheme, "FORMATS=json").sorted() == ["export import-quantized", "report"])
    let report = try tree.workshop.text("Artifacts/tiny/report/report.md")
    #expect(report.contains("make all PIPELINE=tiny SCHEMES='import-quantized' QUANTIZED=Tiny.onnx"))
    // Another file in the call that evaluates it.
    try export(tree.workshop, "Artifacts/tiny/two/convert/model.safetensors")
    #expect(
      try tree.succeed("evaluate", scheme, "QUANTIZED=Tiny.onnx") == ["import-quantized", "evaluate import-quantized"])
  }

  // To train a float model for it would compare it with one that it was not made of.
  @Test("without the float model, and for a stage that it has no form for, make says so in a line")
  func missing() throws {
    let made = try Tree.made()
    try export(made.workshop, "Artifacts/tiny/one/convert/model.safetensors")
    let float = try made.workshop.run(
      "export",
      ["--format", "onnx", "--input", "Artifacts/tiny/fuse/model.safetensors", "--output", "float.onnx", "--quiet"])
    #expect(float.code == 0)
    let tree = try Tree()
    for name in ["Tiny.onnx", "float.onnx"] { try tree.workshop.write(made.workshop.bytes(name), to: name) }
    let scheme = "SCHEMES=import-quantized"
    #expect(try tree.succeed("import-quantized", "ONNX=Tiny.onnx") == ["import-quantized"])
    let ending = try tree.make("evaluate", scheme)
    #expect(ending.code == 2 && tree.workshop.exists("Artifacts/tiny/train") == false)
    let file = "Artifacts/tiny/import-quantized"
    #expect(
      ending.errors.hasPrefix(
        "\(file)/evaluate/metrics.json: expected the float model that was quantized, found none; name it: ONNX=float.onnx or "
          + "FLOAT=float.safetensors\n"), "\(ending.errors)")
    #expect(
      try tree.succeed("evaluate", scheme, "ONNX=float.onnx") == ["import-model", "fuse", "evaluate import-quantized"])
    let sensitivity = try tree.make("sensitivity", scheme)
    #expect(
      sensitivity.code == 2 && sensitivity.errors.hasPrefix("\(file)/sensitivity/sensitivity.json: expected a scheme"))
  }
}
