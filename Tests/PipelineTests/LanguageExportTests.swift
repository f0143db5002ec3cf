import Foundation
import TestSupport
import Testing

/// Language models in files of other programs, and in those programs.
@Suite("exported language models")
struct LanguageExportTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let script = root.appendingPathComponent("Tests/Exported/gguf_equal.py").path

  /// A Python that has a module: one made for exports, else the first on the PATH. Nil for none.
  private static func python(with module: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let programs = [root.appendingPathComponent(".build/onnx/bin/python").path] + folders.map { "\($0)/python3" }
    return programs.first { program in
      FileManager.default.isExecutableFile(atPath: program)
        && (try? Command.run(program, ["-c", "import \(module)"]))?.code == 0
    }
  }
  private static let gguf = python(with: "gguf")
  private static let llama = python(with: "llama_cpp")

  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private func succeed(_ program: String, _ arguments: [String]) throws -> String {
    let ending = try workshop.run(program, arguments)
    try #require(ending.code == 0, "\(ending.errors)")
    return ending.output
  }

  private func export(_ format: String, _ input: String, _ output: String) throws {
    _ = try succeed("export-transformer", ["--format", format, "--input", input, "--output", output])
  }

  private func convert(bits: Int, group: Int) throws {
    try workshop.write(
      "weights: per_group\nactivations: per_group\ngroup: \(group)\nbits: \(bits)\n", to: "scheme.yaml")
    _ = try succeed(
      "convert-transformer",
      ["--config", "scheme.yaml", "--input", "float.safetensors", "--output", "int8.safetensors"])
  }

  // Against ggml's own rounding, of 15 million weights. Would catch a group that was rounded by another rule.
  @Test("blocks of Q8_0 and Q4_0 are those of the gguf package", .enabled(if: gguf != nil, "no python3 has gguf"))
  func blocks() throws {
    _ = try succeed("random-transformer", ["--shape", "15m", "--output", "random/model.safetensors"])
    _ = try succeed("import-transformer", ["--input", "random", "--output", "float.safetensors"])
    try export("gguf", "float.safetensors", "float.gguf")
    for bits in [8, 4] {
      try convert(bits: bits, group: 32)
      try export("gguf", "int8.safetensors", "int8.gguf")
      let ending = try Command.run(
        try #require(Self.gguf), ["-B", Self.script, "blocks", workshop.path("float.gguf"), workshop.path("int8.gguf")])
      #expect(ending.code == 0, "\(ending.errors)")
      // An embedding, and seven matrices of each of six layers.
      #expect(String(decoding: ending.output, as: UTF8.self) == "43 43\n", "\(bits) bits")
    }
  }

  // Would catch tokens in another order, and sizes under wrong keys: llama.cpp reads both from the file alone.
  @Test(
    "llama.cpp writes our text", .enabled("\(Stories.absence)") { Stories.isThere },
    .enabled(if: llama != nil, "no python3 has llama_cpp"))
  func text() throws {
    _ = try succeed(
      "import-transformer",
      ["--input", Stories.path("stories260K.bin"), Stories.path("tok512.bin"), "--output", "float.safetensors"])
    try export("gguf", "float.safetensors", "float.gguf")
    let prompt = "Once upon a time"
    let ours = try succeed("generate", ["--model", "float.safetensors", "--prompt", prompt, "--tokens", "100"])
    let ending = try Command.run(
      try #require(Self.llama), ["-B", Self.script, "text", workshop.path("float.gguf"), prompt, "100"])
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(String(decoding: ending.output, as: UTF8.self) == ours && ours.count > 100)
  }

  @Test(
    "one line for each bad input, and nothing written",
    .enabled("\(Stories.absence)") { Stories.isThere })
  func badInput() throws {
    _ = try succeed(
      "import-transformer", ["--input", Stories.path("stories260K.bin"), "--output", "float.safetensors"])
    try convert(bits: 8, group: 4)
    let cases: [([String], String)] = [
      (["--format", "gguf", "--input", "int8.safetensors"], "export as llama2c"),
      (["--format", "llama2c", "--input", "int8.safetensors", "--as", "v1"], "expected a float checkpoint"),
      (["--format", "gguf", "--input", "float.safetensors", "--as", "v1"], "expected f32 or f16"),
      (["--format", "gguf", "--input", "scheme.yaml"], "scheme.yaml"),
    ]
    for (arguments, words) in cases {
      let ending = try workshop.run("export-transformer", arguments + ["--output", "x"])
      #expect(ending.code == 1 && ending.errorLines.count == 1 && ending.errors.contains(words), "\(ending.errors)")
      #expect(ending.output == "" && !workshop.exists("x"))
    }
  }
}
