import Benchmarks
import Testing

@Suite("bench")
struct BenchTests {
  private static let bench = Stage(
    name: "bench", input: ["fuse.safetensors", "convert.safetensors", "data/manifest.json"], output: "bench.json",
    others: ["--passes", "1"], hasScheme: true)

  @Test("figures in the file, in the catalog and on stdout")
  func measures() throws {
    let workshop = try Workshop.finished()
    let ending = try workshop.run(Self.bench, adding: ["--quiet"])
    #expect(ending.code == 0)
    #expect(ending.errors == "")
    let report = try BenchmarkReport(json: try workshop.bytes("bench.json"))
    #expect(report.dataset == "synthetic-digits")
    #expect(
      try workshop.select(
        "SELECT count(*), count(DISTINCT kind) FROM benchmark WHERE run = \(try workshop.newest("bench"))")
        == ["\(report.rows.count)|3"])
    #expect(
      try workshop.select("SELECT DISTINCT pipeline, scheme, run FROM benchmarks") == [
        "tiny|octavo|\(try workshop.newest("bench"))"
      ])
    for text in ["gemm_u8s8 pairwise fc1", "int8 over channels", "what this machine can reach", "int8 / float32"] {
      #expect(ending.output.contains(text), "\(text)")
    }
  }

  @Test("asked on stdin, it answers line by line, and says nothing else on stdout")
  func serves() throws {
    let workshop = try Workshop.finished()
    let bench = try Program(built: "bench").path
    let words = (Self.bench.arguments + ["--serve", "--quiet"]).joined(separator: " ")
    let ending = try Program(path: "sh").run(
      ["-c", "printf 'time int8 4 2\\naccuracy float32\\n' | \(bench) \(words)"], in: workshop.folder)
    #expect(ending.code == 0)
    let answers = ending.output.split(separator: "\n").compactMap { Double($0) }
    #expect(answers.count == 2 && answers[0] > 0)
    #expect(
      try workshop.select(
        "SELECT value FROM metric WHERE run = \(try workshop.newest("evaluate")) AND name = 'accuracy' AND model = 'float32'"
      )
        == ["\(answers[1])"])
    #expect(
      try workshop.select(
        "SELECT kind, name, batch, images, passes FROM benchmark WHERE run = \(try workshop.newest("bench"))")
        == ["end_to_end|int8|4|8|1"])
  }

  @Test("a float model for the int8 one, a request that is none: one line, and nothing is written")
  func refuses() throws {
    let workshop = try Workshop.finished()
    var stage = Self.bench
    stage.input[1] = "fuse.safetensors"
    let ending = try workshop.run(stage, adding: ["--quiet"])
    #expect(ending.code == 1)
    #expect(
      ending.errors
        == "bench: error: fuse.safetensors: expected a checkpoint that convert or import-quantized wrote, found one that fuse wrote; "
        + "name that one in --input\n")
    let bench = try Program(built: "bench").path
    let words = (Self.bench.arguments + ["--serve", "--quiet"]).joined(separator: " ")
    let second = try Program(path: "sh").run(["-c", "echo hurry | \(bench) \(words)"], in: workshop.folder)
    #expect(second.code == 1 && second.output == "")
    #expect(second.errors.hasPrefix("bench: error: expected 'time MODEL BATCH CALLS' or"))
    #expect(!workshop.exists("bench.json"))
  }

  @Test("make bench makes what is missing, and runs whenever it is asked")
  func make() throws {
    let tree = try Tree()
    let made = ["train", "fuse", "calibrate one", "convert one"]
    #expect(try tree.succeed("bench") == made + ["bench one"])
    #expect(try tree.succeed("bench", "SCHEMES=one two") == ["bench one"])
    #expect(tree.workshop.exists("Artifacts/tiny/one/bench/bench.json"))
  }
}
