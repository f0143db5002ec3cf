import Checkpoints
import Foundation
import Tensors
import Testing

/// What each layer costs, through the built programs.
@Suite("sensitivity")
struct SensitivityTests {
  let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private static let label = ["--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", "octavo"]

  private func sensitivity(
    _ input: String = "calibrate.safetensors", config: [String] = [], environment: [String: String] = [:]
  ) throws -> Program.Ending {
    try workshop.run(
      "sensitivity",
      config + ["--input", input, "data/manifest.json", "--output", "sensitivity.json"] + Self.label,
      environment: environment)
  }

  private func layers() throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(try workshop.bytes("sensitivity.json")))
    return try #require((object as? [String: Any])?["layers"] as? [[String: Any]])
  }

  private func convertAndEvaluate(_ scheme: String, _ name: String) throws -> String {
    try workshop.write(scheme, to: "\(name).yaml")
    let manifest = "data/manifest.json"
    for (program, arguments) in [
      ("calibrate", ["--config", "\(name).yaml", "--input", "fuse.safetensors", manifest, "--output", "\(name).cal"]),
      ("convert", ["--input", "\(name).cal", "--output", "\(name).int8"]),
      ("evaluate", ["--input", "fuse.safetensors", "\(name).int8", manifest, "--output", "\(name).json"]),
    ] {
      let ending = try workshop.run(
        program, arguments + ["--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", name])
      guard ending.code == 0 else { throw StageFailed(stage: program, ending: ending) }
    }
    return try #require(
      try workshop.select("SELECT int8_percent, float32_percent FROM accuracy_drop WHERE scheme = '\(name)'").first)
  }

  /// The oracle: for each layer a scheme that skips the others, through calibrate, convert and evaluate.
  @Test("each layer's figures are those of a scheme that skips all others; view, file and log say the same")
  func byHand() throws {
    let ending = try sensitivity()
    #expect(ending.code == 0 && ending.output == "")
    #expect(
      ending.errorLines.first?.hasPrefix("sensitivity octavo: 200 images of synthetic-digits, NOT MNIST; ") == true)
    let (text, all) = (Workshop.configuration["octavo.yaml"] ?? "", ["conv1", "fc1", "fc2"])
    for layer in all {
      let others = all.filter { $0 != layer }.map { "\($0): {skip: true}" }.joined(separator: ", ")
      let byHand = try convertAndEvaluate(text + "layers: {\(others)}\n", layer)
      #expect(
        try workshop.select(
          "SELECT int8_percent, float32_percent FROM sensitivity WHERE scheme = 'octavo' AND layer = '\(layer)'")
          == [byHand])
    }
    let rows = try workshop.select("SELECT layer, drop_points FROM sensitivity")
    #expect(try rows.map { $0.prefix { $0 != "|" } } == layers().map { ($0["name"] as? String ?? "")[...] })
    let drops = rows.compactMap { Double($0.split(separator: "|")[1]) }
    #expect(drops == drops.sorted(by: >) && drops.count == 3)
    #expect(ending.errorLines.suffix(3).map { $0.prefix { $0 != " " } } == rows.map { $0.prefix { $0 != "|" } })
    #expect(
      try workshop.select(
        """
        SELECT role, path FROM run_artifact JOIN artifact ON artifact = id
        WHERE run = \(try workshop.newest("sensitivity")) ORDER BY 2
        """)
        == ["input|calibrate.safetensors", "input|data/manifest.json", "output|sensitivity.json"])
  }

  @Test("a layer whose weights' steps are ruined comes first", arguments: [("fc1", 16), ("conv1", 4)])
  func broken(layer: String, channels: Int) throws {
    try workshop.edit(checkpoint: "calibrate.safetensors") { checkpoint in
      checkpoint.tensors["\(layer).learned_weight_scale"] = Tensor(
        [channels], [Float](repeating: 1000, count: channels))
    }
    #expect(try sensitivity().code == 0)
    #expect(try layers().first?["name"] as? String == layer)
    #expect(try workshop.select("SELECT layer, drop_points > 20 FROM sensitivity LIMIT 1") == ["\(layer)|1"])
  }

  @Test("the same bytes on one thread and on two, in plain C and in vectors")
  func sameBytes() throws {
    let files = try [["OCTAVO_THREADS": "1", "OCTAVO_ISA": "scalar"], ["OCTAVO_THREADS": "2"]].map { settings in
      #expect(try sensitivity(environment: settings).code == 0)
      return try workshop.bytes("sensitivity.json")
    }
    #expect(files[0] == files[1])
  }

  @Test("a scheme that needs no calibration, and the float model", arguments: [2, 3, 6])
  func uncalibrated(sample: Int) throws {
    let sample = SchemeTypesTests.samples[sample]
    try workshop.write(sample.text, to: "other.yaml")
    let ending = try sensitivity("fuse.safetensors", config: ["--config", "other.yaml"])
    #expect(ending.code == 0, "\(ending.errors)")
    // A layer that the scheme skips costs nothing and is not asked.
    let skipped = sample.row.split(separator: "|", omittingEmptySubsequences: false).last == "conv1"
    #expect(try layers().count == (skipped ? 2 : 3))
  }

  @Test("what does not fit is one line, and nothing is written")
  func errors() throws {
    let uncalibrated = try sensitivity("fuse.safetensors")
    #expect(uncalibrated.code == 1)
    #expect(
      uncalibrated.errors
        == "sensitivity: error: fuse.safetensors: expected a checkpoint that calibrate or qat wrote, "
        + "found one that fuse wrote; name that one in --input\n")
    let calibrated = try sensitivity(config: ["--config", "octavo.yaml"])
    #expect(calibrated.code == 1 && calibrated.errors.contains("expected a checkpoint that fuse wrote"))
    let alone = try workshop.run(
      "sensitivity", ["--input", "calibrate.safetensors", "--output", "sensitivity.json"] + Self.label)
    #expect(
      alone.errors == "sensitivity: error: --input: expected calibrated checkpoint, dataset manifest; "
        + "found 1 file; see --help\n")
    #expect(!workshop.exists("sensitivity.json"))
    #expect(
      try workshop.select("SELECT status FROM run WHERE stage = 'sensitivity'") == ["failed", "failed", "failed"])
  }

  @Test("make sensitivity brings it up to date by name; make all does not ask for it")
  func make() throws {
    let tree = try Tree.made()
    #expect(try tree.succeed("sensitivity") == ["sensitivity one", "sensitivity two"])
    #expect(tree.workshop.exists("Artifacts/tiny/one/sensitivity/sensitivity.json"))
    #expect(try tree.succeed("sensitivity", "all") == ["report"])
    #expect(try tree.succeed("sensitivity", "all") == [])
    try tree.workshop.edit("Pipelines/tiny/schemes/two.yaml", "seed: 3", "seed: 4")
    #expect(try tree.succeed("sensitivity") == ["calibrate two", "sensitivity two"])
    #expect(try tree.succeed("rerun", "STAGE=sensitivity", "SCHEMES=one") == ["sensitivity one"])
  }
}
