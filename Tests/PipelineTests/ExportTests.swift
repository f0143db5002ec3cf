import Checkpoints
import Evaluation
import Foundation
import Testing

@Suite("export")
struct ExportTests {
  private let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  /// A call of export, recorded.
  private func export(_ format: String, _ output: String, _ others: [String] = [], from input: [String]? = nil) throws
    -> Program.Ending
  {
    let input = input ?? [format == "onnx" ? "fuse.safetensors" : "convert.safetensors"]
    return try workshop.run(
      "export",
      ["--format", format, "--input"] + input + [
        "--output", output, "--catalog", "catalog.sqlite", "--pipeline", "tiny",
      ]
        + others)
  }

  private static let files: [(format: String, output: String)] = [
    ("c", "out/model.c"), ("onnx", "out/float.onnx"), ("onnx-integer", "out/integer.onnx"),
    ("onnx-qdq", "out/qdq.onnx"), ("json", "out/model.json"), ("csv", "out/model.csv"),
  ]

  // What a file came from stands in it, where the format has a place for it, and in the catalog: ancestors up to the
  // dataset. The same model gives the same bytes.
  @Test("each form is written, says what it came from, and is recorded", arguments: files)
  func forms(_ format: String, _ output: String) throws {
    let ending = try export(format, output)
    #expect(ending.code == 0 && ending.output == "", "\(ending.errors)")
    let bytes = try workshop.bytes(output)
    #expect(try export(format, "again/" + output).code == 0)
    #expect(try workshop.bytes("again/" + output) == bytes)
    let source = try workshop.sha256(format == "onnx" ? "fuse.safetensors" : "convert.safetensors")
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(format == "csv" || text.contains(source) && text.contains("synthetic-digits"))
    let makers = try workshop.select("SELECT DISTINCT made_by FROM lineage WHERE output_path = '\(output)'")
    #expect(Set(makers).isSuperset(of: ["fetch-mnist", "train", "fuse"]))
    if format == "c" {
      #expect(try workshop.text("out/model.h").contains(source))
      let figures = try workshop.select(
        "SELECT DISTINCT name FROM metric JOIN run ON run = run.id WHERE stage = 'export'")
      #expect(Set(figures) == ["constant_bytes", "scratch_bytes", "scratch_bytes_without_reuse"])
    }
  }

  @Test("vectors hold every test image, and scores of the classes that evaluate counted")
  func vectors() throws {
    #expect(try export("vectors", "v.safetensors", from: ["convert.safetensors", "data/manifest.json"]).code == 0)
    let vectors = try workshop.checkpoint("v.safetensors").tensors
    #expect(vectors["images"]?.shape == [200, 1, 28, 28] && vectors["scores"]?.shape == [200, 10])
    let (scores, labels) = (vectors["scores"]?.u8 ?? [], vectors["labels"]?.u8 ?? [])
    let right = labels.indices.count { image in
      let row = Array(scores[image * 10..<image * 10 + 10])
      return row.firstIndex(of: row.max() ?? 0) == Int(labels[image])
    }
    #expect(try FloatInt8Comparison(json: workshop.bytes("metrics.json")).int8.accuracy == Double(right) / 200)
  }

  @Test(
    "a form that cannot hold a model says which layer, and what to do; nothing is written, and the run has failed",
    arguments: [
      ("profile: octavo", "profile: fbgemm", "profile fbgemm keeps biases as floats"),
      ("layers:", "layers:\n  fc1: {skip: true}", "'fc1' computes in floats"),
    ])
  func refused(_ old: String, _ new: String, _ reason: String) throws {
    if try workshop.text("octavo.yaml").contains(old) {
      try workshop.edit("octavo.yaml", old, new)
    } else {
      try workshop.write(try workshop.text("octavo.yaml") + new + "\n", to: "octavo.yaml")
    }
    for stage in [Stage.calibrate, .convert] { try workshop.succeed(stage) }
    for format in ["c", "onnx-integer", "onnx-qdq"] {
      let ending = try export(format, "out/model.c")
      #expect(ending.code == 1 && ending.errorLines.count == 1)
      #expect(ending.errors.hasPrefix("export: error: convert.safetensors: \(reason)"), "\(ending.errors)")
      #expect(!workshop.exists("out/model.c") && !workshop.exists("out/model.h"))
    }
    #expect(try workshop.select("SELECT DISTINCT status FROM run WHERE stage = 'export'") == ["failed"])
    #expect(try export("json", "out/model.json").code == 0)
  }

  @Test(
    "a call that means nothing is refused before anything is read",
    arguments: [
      (["--format", "json", "--rounding", "tflite-single"], "x.json", "--rounding: expected with --format c alone"),
      (["--format", "c"], "x.txt", "--output: expected a C identifier and .c, found 'x.txt'"),
      (["--format", "c"], "my-model.c", "--output: expected a C identifier and .c, found 'my-model.c'"),
      (["--format", "gguf"], "x", "gguf"),
    ])
  func calls(_ options: [String], _ output: String, _ reason: String) throws {
    let ending = try workshop.run("export", options + ["--input", "convert.safetensors", "--output", output])
    #expect(ending.code == 64 && ending.errors.contains(reason), "\(ending.errors)")
    #expect(!workshop.exists(output))
  }

  @Test("another stage's checkpoint is refused by its maker")
  func otherCheckpoint() throws {
    let ending = try export("json", "x.json", from: ["train.safetensors"])
    #expect(ending.code == 1)
    #expect(
      ending.errors.contains("expected a checkpoint that convert or import-quantized wrote, found one that train wrote")
    )
  }

  @Test("make writes the forms that are asked for, of each scheme, and says which there are")
  func make() throws {
    let tree = try Tree.made()
    #expect(
      try tree.succeed("export", "FORMATS=json csv onnx").sorted() == [
        "export", "export one", "export one", "export two", "export two",
      ])
    for file in ["one/export/json/model.json", "two/export/csv/model.csv", "export/onnx/model.onnx"] {
      #expect(tree.workshop.exists("Artifacts/tiny/\(file)"))
    }
    #expect(try tree.succeed("export", "FORMATS=json csv onnx") == [])
    let ending = try tree.make("export", "FORMATS=gguf")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("FORMATS='gguf': expected some of onnx onnx-qdq onnx-integer c json csv"))
  }
}
