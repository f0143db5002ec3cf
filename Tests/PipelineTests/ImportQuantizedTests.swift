import Networks
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
    // The float model of the same network, by way of the same format: it says padding that is read, and no more.
    let calls = [
      ("export", ["--format", "json", "--input", "brought.safetensors", "--output", "x.json"]),
      ("export", ["--format", "onnx", "--input", "fuse.safetensors", "--output", "Tiny.onnx"]),
      ("import-model", ["--input", "Tiny.onnx", "data/manifest.json", "--output", "float"]),
      ("fuse", ["--input", "float", "data/manifest.json", "--output", "fused"]),
      ("evaluate", ["--input", "fused", "brought.safetensors", "data/manifest.json", "--output", "x.metrics"]),
    ]
    for (program, arguments) in calls {
      let ending = try workshop.run(program, arguments + ["--quiet"])
      #expect(ending.code == 0, "\(program): \(ending.errors)")
    }
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
}
