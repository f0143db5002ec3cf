import Tensors
import Testing

@Suite("check")
struct CheckTests {
  let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private func check(_ adding: [String] = [], catalog: String = "catalog.sqlite") throws -> Program.Ending {
    try workshop.run(
      "check", ["--config", "limits.yaml", "--catalog", catalog, "--pipeline", "tiny", "--scheme", "octavo"] + adding)
  }

  @Test("within all limits: 0, and one line says so")
  func within() throws {
    let ending = try check()
    #expect(ending.code == 0)
    #expect(ending.output == "tiny: octavo: within all limits\n")
    #expect(ending.errors == "")
  }

  @Test("each broken limit is a line, and the exit code is 2")
  func broken() throws {
    try workshop.write(
      "accuracy_drop: -101\nsize_ratio: 0.01\naccuracy_floor: {synthetic-digits: 101}\n", to: "limits.yaml")
    let ending = try check()
    #expect(ending.code == 2)
    let lines = ending.output.split(separator: "\n")
    #expect(lines.count == 3)
    let run = try workshop.newest("evaluate")
    for (line, limit) in zip(lines, ["accuracy drop", "size ratio", "int8 accuracy"]) {
      #expect(line.hasPrefix("tiny: octavo: \(limit) ") && line.hasSuffix(", run \(run)"))
    }
    #expect(ending.errors == "")
  }

  @Test("one tightened limit is one line")
  func oneBroken() throws {
    try workshop.edit("limits.yaml", "size_ratio: 1", "size_ratio: 0.01")
    let ending = try check()
    #expect(ending.code == 2)
    #expect(ending.output.hasPrefix("tiny: octavo: size ratio 0."))
    #expect(ending.output.hasSuffix(", limit 0.01, run \(try workshop.newest("evaluate"))\n"))
    #expect(ending.output.split(separator: "\n").count == 1)
  }

  // 64 times the scale of one of ten outputs, and its multiplier with it, so that the file is sound: every image whose
  // score for class 0 is above zero is taken for a 0.
  @Test(
    "one scale corrupted: the limit that it breaks is the line",
    arguments: [
      ("accuracy_drop: 100", "accuracy_drop: 5", "accuracy drop ", " points, limit 5.0"),
      ("synthetic-digits: 0", "synthetic-digits: 80", "int8 accuracy ", " % on synthetic-digits, limit 80.0 %"),
    ])
  func corruptedScale(_ old: String, _ new: String, _ what: String, _ end: String) throws {
    try workshop.edit(checkpoint: "convert.safetensors") { checkpoint in
      for name in ["fc2.weight_scale", "fc2.multiplier"] {
        guard let tensor = checkpoint.tensors[name], var values = tensor.f32 else { return }
        values[0] *= 64
        checkpoint.tensors[name] = Tensor(tensor.shape, values)
      }
    }
    try workshop.succeed(.evaluate)
    #expect(try check().code == 0)
    try workshop.edit("limits.yaml", old, new)
    let ending = try check()
    #expect(ending.code == 2)
    #expect(ending.output.hasPrefix("tiny: octavo: \(what)"), "\(ending.output)")
    #expect(ending.output.hasSuffix("\(end), run \(try workshop.newest("evaluate"))\n"), "\(ending.output)")
    #expect(ending.output.split(separator: "\n").count == 1)
  }

  @Test("a dataset without a floor is a broken limit")
  func noFloor() throws {
    try workshop.edit("limits.yaml", "synthetic-digits: 0", "mnist: 0")
    let ending = try check()
    #expect(ending.code == 2)
    #expect(
      ending.output
        == "tiny: octavo: no accuracy_floor for dataset 'synthetic-digits'; add one to the limits, "
        + "run \(try workshop.newest("evaluate"))\n")
  }

  @Test("without a catalog it cannot be told: 1, and none is made")
  func noCatalog() throws {
    try expectError(
      try check(catalog: "none.sqlite"),
      "check: error: catalog none.sqlite: no such file; run a stage first")
    #expect(!workshop.exists("none.sqlite"))
  }

  @Test("without an evaluation of a scheme it cannot be told: 1")
  func notEvaluated() throws {
    try expectError(
      try check(["other"]),
      "check: error: catalog.sqlite: no succeeded evaluation of pipeline tiny, scheme other; run `make evaluate` first")
  }

  @Test("a misspelt limit is an error, not a limit that holds")
  func misspelt() throws {
    try workshop.edit("limits.yaml", "size_ratio: 1", "size_ratio: 1\nsize_ration: 0.1")
    try expectError(
      try check(),
      "check: error: limits.yaml: size_ration: unknown key; known here: accuracy_drop, accuracy_floor, size_ratio")
  }

  private func expectError(_ ending: Program.Ending, _ line: String) throws {
    #expect(ending.code == 1)
    #expect(ending.output == "")
    #expect(ending.errors == "\(line)\n")
  }

  @Test("a missing option is a matter of usage: 64", arguments: ["--config", "--catalog", "--pipeline", "--scheme"])
  func usage(_ option: String) throws {
    var options = [
      "--config": "limits.yaml", "--catalog": "catalog.sqlite", "--pipeline": "tiny", "--scheme": "octavo",
    ]
    options[option] = nil
    let ending = try workshop.run("check", options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
    #expect(ending.code == 64)
    #expect(ending.output == "")
    #expect(ending.errors.contains(option))
  }
}
