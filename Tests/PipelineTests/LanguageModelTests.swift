import Foundation
import TestSupport
import Testing

/// A language model through the built programs.
@Suite("language models", .enabled("\(Stories.absence)") { Stories.isThere })
struct LanguageModelTests {
  private let workshop: Workshop
  private let golden: [String: Any]

  init() throws {
    workshop = try Workshop()
    let summary = Data(try Stories.bytes("golden/summary.json"))
    golden = try #require(try JSONSerialization.jsonObject(with: summary) as? [String: Any])
  }

  private func succeed(_ program: String, _ arguments: [String]) throws -> Program.Ending {
    let ending = try workshop.run(program, arguments)
    try #require(ending.code == 0, "\(ending.errors)")
    return ending
  }

  private func importModel() throws {
    _ = try succeed(
      "import-transformer",
      ["--input", Stories.path("stories260K.bin"), Stories.path("tok512.bin"), "--output", "float.safetensors"])
  }

  private func convert(_ scheme: String) throws {
    try workshop.write(scheme, to: "scheme.yaml")
    _ = try succeed(
      "convert-transformer",
      [
        "--config", "scheme.yaml", "--input", "float.safetensors", "--output", "int8.safetensors", "--catalog",
        "catalog.sqlite",
      ])
  }

  // Against an independent program in numpy, whose figures lie beside the model.
  @Test("the greedy text is the reference's, in chunks of any size and on every set")
  func greedyText() throws {
    try importModel()
    let text = try #require(golden["greedy_text"] as? String).replacing("<0x0A>", with: "\n")
    let ending = try succeed(
      "generate", ["--model", "float.safetensors", "--prompt", "Once upon a time", "--tokens", "123"])
    #expect(" Once upon a time" + ending.output == text)
    try convert("weights: per_row\nactivations: per_token\n")
    let arguments = ["--model", "int8.safetensors", "--prompt", "Once upon a time", "--tokens", "60"]
    #expect(try succeed("generate", arguments).output.hasPrefix(", there was a little girl named Lily."))
  }

  @Test("perplexities are the reference's, and int8 keeps what it promises")
  func perplexity() throws {
    try importModel()
    try convert("weights: per_row\nactivations: per_token\n")
    try workshop.write("unit: lines\nlength: 512\nmost: 200\n", to: "windows.yaml")
    _ = try succeed(
      "evaluate-transformer",
      [
        "--config", "windows.yaml", "--input", "float.safetensors", "int8.safetensors",
        Stories.path("tinystories_train_head_197k.txt"), "--output", "metrics.json",
      ])
    let metrics = try #require(
      try JSONSerialization.jsonObject(with: Data(try workshop.bytes("metrics.json"))) as? [String: Any])
    func value(_ key: String) throws -> Double {
      try #require((metrics[key] as? [String: Any])?["value"] as? Double)
    }
    let expected = try #require((golden["perplexity"] as? [String: Double])?["float32"])
    #expect(metrics["predictions"] as? Int == golden["tokens"] as? Int)
    // 19,124 losses, each off by some 1e-6.
    #expect(try abs(value("float_perplexity") - expected) < 1e-4)
    #expect(try value("perplexity_ratio") < 1.002 && value("kl_divergence") < 0.002 && value("same_top1") >= 0.975)
    let flips = try #require(metrics["flips"] as? [[String: Any]])
    #expect(try flips.count == Int(((1 - value("same_top1")) * 19_124).rounded()))
  }

  @Test("every scale is in the catalog")
  func scales() throws {
    try importModel()
    try convert("weights: per_row\nactivations: per_token\n")
    let found = try workshop.select(
      "SELECT count(*), count(DISTINCT tensor) FROM quantization_parameter WHERE scale > 0 AND zero_point = 0")
    // 512 rows of the embedding; 64 + 32 + 32 + 64 + 172 + 172 + 64 of each of 5 layers.
    #expect(found == ["3512|36"])
  }

  @Test("a shape that is none, and weights under another name, are wrong options")
  func badShape() throws {
    for arguments in [
      ["--shape", "13b", "--output", "x/model.safetensors"], ["--shape", "15m", "--output", "x/a.bin"],
    ] {
      let ending = try workshop.run("random-transformer", arguments)
      #expect(ending.code == 64 && ending.output == "" && !workshop.exists("x"))
      #expect(ending.errors.contains("'15m', '110m', '1.1b' or '7b'") || ending.errors.contains("/model.safetensors"))
    }
  }

  @Test("one line for each bad input, and nothing written")
  func badInput() throws {
    try importModel()
    let model = try Stories.bytes("stories260K.bin")
    try workshop.write(Array(model.dropLast()), to: "cut.bin")
    let tokenizer = Stories.path("tok512.bin")
    try workshop.write("weights: per_row\nactivations: static\n", to: "static.yaml")
    try workshop.write("weights: per_column\nactivations: none\n", to: "wrong.yaml")
    let cases: [(String, [String], String)] = [
      ("import-transformer", ["--input", "cut.bin", tokenizer, "--output", "x"], "1056540"),
      ("import-transformer", ["--input", tokenizer, tokenizer, "--output", "x"], "tok512.bin"),
      ("import-transformer", ["--input", Stories.path("stories260K.bin"), "cut.bin", "--output", "x"], "cut.bin"),
      (
        "convert-transformer", ["--config", "static.yaml", "--input", "float.safetensors", "--output", "x"],
        "statistics"
      ),
      (
        "convert-transformer", ["--config", "wrong.yaml", "--input", "float.safetensors", "--output", "x"], "per_column"
      ),
      ("generate", ["--model", "static.yaml", "--prompt", "a"], "static.yaml"),
      ("generate", ["--model", "float.safetensors", "--prompt", String(repeating: "word ", count: 600)], "512"),
    ]
    for (program, arguments, word) in cases {
      let ending = try workshop.run(program, arguments)
      #expect(ending.code == 1, "\(program) \(arguments)")
      #expect(ending.errorLines.count == 1 && ending.errors.contains(word), "\(ending.errors)")
      #expect(ending.output == "" && !workshop.exists("x"))
    }
  }
}
