import Tensors
import Testing

@Suite("baseline, and check against it")
struct BaselineTests {
  let workshop: Workshop

  init() throws {
    workshop = try Workshop.finished()
    // Speeds of so small a network are noise: any loss is allowed.
    try workshop.edit(
      "limits.yaml", "size_ratio: 1",
      "size_ratio: 1\nbaseline: {accuracy_drop_points: 0.1, size_growth: 1.01, speed_ratio_loss: .inf}")
  }

  private func baseline(_ scheme: String = "octavo") throws -> Program.Ending {
    try workshop.run(
      "baseline",
      ["--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", scheme, "--output", "baseline.yaml"])
  }

  private func check(_ adding: String..., scheme: String = "octavo") throws -> Program.Ending {
    try workshop.run(
      "check",
      ["--config", "limits.yaml", "--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", scheme]
        + ["--baseline", "baseline.yaml"] + adding)
  }

  @Test("it stores the newest evaluation's figures, the same twice, and they are within the limits")
  func stored() throws {
    let ending = try baseline()
    #expect(ending.code == 0)
    #expect(ending.output == "tiny: octavo: baseline.yaml\n")
    let text = try workshop.text("baseline.yaml")
    #expect(text.contains("int8_sha256: \"\(try workshop.sha256("convert.safetensors"))\"\n"))
    #expect(text.contains("int8_bytes: \(try workshop.bytes("convert.safetensors").count)\n"))
    #expect(text.contains("images: 200\n"))
    #expect(try baseline().code == 0)
    #expect(try workshop.text("baseline.yaml") == text)
    let checked = try check()
    #expect(checked.code == 0)
    #expect(checked.output == "tiny: octavo: within all limits\n")
  }

  // The weights of the last layer change sign: the file is whole and as large as before, the answers are wrong.
  @Test("an int8 model that lost its accuracy is found: 2, and every report says so")
  func lostAccuracy() throws {
    #expect(try baseline().code == 0)
    try workshop.edit(checkpoint: "convert.safetensors") { checkpoint in
      guard let tensor = checkpoint.tensors["fc2.weight"], let values = tensor.s8 else { return }
      checkpoint.tensors["fc2.weight"] = Tensor(tensor.shape, values.map { -$0 })
    }
    try workshop.succeed(.evaluate)
    let ending = try check("--junit", "reports/check.xml", "--summary", "summary.md")
    #expect(ending.code == 2)
    #expect(ending.errors == "")
    let run = try workshop.newest("evaluate")
    let line = "tiny: octavo: int8 accuracy drop against the baseline "
    #expect(ending.output.hasPrefix(line) && ending.output.hasSuffix(" points, limit 0.1, run \(run)\n"))
    #expect(ending.output.split(separator: "\n").count == 1)
    let junit = try workshop.text("reports/check.xml")
    #expect(junit.contains("tests=\"6\" failures=\"1\""))
    #expect(junit.contains(ending.output.dropFirst("tiny: ".count).dropLast()))
    #expect(try workshop.text("summary.md").hasPrefix("## tiny: 1 of 6 limits broken\n"))
    // Nobody converted this file: it is no one's baseline, and the old one stays.
    let before = try workshop.text("baseline.yaml")
    let refused = try baseline()
    #expect(refused.code == 1)
    #expect(
      refused.errors
        == "baseline: error: run \(run): the catalog has no succeeded convert or import-quantized that wrote its int8 "
        + "checkpoint; make it and evaluate again\n")
    #expect(try workshop.text("baseline.yaml") == before)
  }

  // A file that grew: metadata that nobody reads.
  @Test("an int8 file that grew is found: 2")
  func grown() throws {
    #expect(try baseline().code == 0)
    try workshop.edit(checkpoint: "convert.safetensors") { $0.metadata["note"] = String(repeating: "x", count: 2000) }
    try workshop.succeed(.evaluate)
    let ending = try check()
    #expect(ending.code == 2)
    #expect(ending.output.hasPrefix("tiny: octavo: int8 size against the baseline 1."), "\(ending.output)")
    #expect(ending.output.hasSuffix(", limit 1.01, run \(try workshop.newest("evaluate"))\n"))
    #expect(ending.output.split(separator: "\n").count == 1)
  }

  @Test("a speed that was lost is found: 2")
  func slow() throws {
    #expect(try baseline().code == 0)
    try workshop.edit("limits.yaml", "speed_ratio_loss: .inf", "speed_ratio_loss: 0.5")
    // No machine is a thousand times slower than itself.
    let ratio = try #require(
      try workshop.text("baseline.yaml").split(separator: "\n").first { $0.contains("speed_ratio:") })
    try workshop.edit("baseline.yaml", String(ratio), "    speed_ratio: 100000")
    let ending = try check()
    #expect(ending.code == 2)
    #expect(ending.output.hasPrefix("tiny: octavo: speed ratio loss against the baseline "), "\(ending.output)")
    #expect(ending.output.split(separator: "\n").count == 1)
  }

  @Test(
    "a figure that fell behind is one line: 2",
    arguments: [
      ("int8_correct: ", "int8_correct: 200 #", "int8 accuracy drop against the baseline "),
      ("images: 200", "images: 201", "evaluated on 200 images of synthetic-digits, the baseline on 201 of "),
      ("\"synthetic-digits\"", "\"mnist\"", "evaluated on 200 images of synthetic-digits, the baseline on 200 of "),
      ("\"octavo\"", "\"other\"", "no such scheme in the baseline; run `make baseline` with it among SCHEMES, run "),
    ])
  func behind(_ old: String, _ new: String, _ what: String) throws {
    #expect(try baseline().code == 0)
    try workshop.edit("baseline.yaml", old, new)
    let ending = try check()
    #expect(ending.code == 2)
    #expect(ending.output.hasPrefix("tiny: octavo: \(what)"))
    #expect(ending.output.split(separator: "\n").count == 1)
  }

  @Test(
    "a baseline that cannot be used is an error, and nothing is written: 1",
    arguments: [
      ("images: 200", "images: many", "baseline.yaml: schemes.octavo.images: expected an integer, found 'many'"),
      ("images: 200", "images: 200\n    image: 1", "baseline.yaml: schemes.octavo.image: unknown key; known here: "),
      ("images: 200", "images: 0", "baseline.yaml: schemes.octavo.images: expected at least 1, found 0"),
      ("schemes:", "schemes: [", "baseline.yaml: not YAML: line "),
      ("\"tiny\"", "\"huge\"", "expected a baseline of pipeline tiny, found one of huge; make one with "),
    ])
  func unusable(_ old: String, _ new: String, _ line: String) throws {
    #expect(try baseline().code == 0)
    try workshop.edit("baseline.yaml", old, new)
    // A report of an older check would pass for this one's.
    try workshop.write("<testsuites/>", to: "check.xml")
    let ending = try check("--junit", "check.xml", "--summary", "summary.md")
    #expect(ending.code == 1)
    #expect(ending.output == "")
    #expect(ending.errors.hasPrefix("check: error: \(line)"))
    #expect(ending.errors.split(separator: "\n").count == 1)
    #expect(!workshop.exists("check.xml") && !workshop.exists("summary.md"))
  }

  @Test("a misspelt or a missing allowance is an error: 1")
  func allowances() throws {
    #expect(try baseline().code == 0)
    try workshop.edit("limits.yaml", "size_growth", "size_grown")
    #expect(
      try check().errors == "check: error: limits.yaml: baseline.size_growth: expected a value, found none\n")
    try workshop.edit("limits.yaml", "size_grown: 1.01", "size_growth: 1.01, size_grown: 1")
    #expect(
      try check().errors
        == "check: error: limits.yaml: baseline.size_grown: unknown key; known here: accuracy_drop_points, "
        + "size_growth, speed_ratio_loss\n")
  }

  @Test("what was never evaluated has no baseline: 1, and no file")
  func notEvaluated() throws {
    let ending = try baseline("other")
    #expect(ending.code == 1)
    #expect(ending.output == "")
    #expect(ending.errors.hasPrefix("baseline: error: catalog.sqlite: no succeeded evaluation of pipeline tiny, "))
    #expect(!workshop.exists("baseline.yaml"))
  }

  @Test("through make: the baseline is found when it is there, and reports are written where they are asked for")
  func make() throws {
    let tree = try Tree.made()
    let limits = "Pipelines/tiny/limits.yaml"
    #expect(try tree.make("baseline").output == "tiny: one, two: Pipelines/tiny/baseline.yaml\n")
    let unheld = try tree.make("check")
    #expect(unheld.code == 2)
    #expect(unheld.output.split(separator: "\n").count == 2)
    #expect(unheld.output.contains("there is a baseline and no 'baseline' in the limits; add one"))
    try tree.workshop.edit(
      limits, "size_ratio: 1",
      "size_ratio: 1\nbaseline: {accuracy_drop_points: 0, size_growth: 1, speed_ratio_loss: .inf}")
    let ending = try tree.make("check", "JUNIT=check.xml", "GITHUB_STEP_SUMMARY=summary.md")
    #expect(ending.code == 0)
    #expect(ending.output == "tiny: one, two: within all limits\n")
    #expect(try tree.workshop.text("check.xml").contains("tests=\"12\" failures=\"0\""))
    #expect(try tree.workshop.text("summary.md").hasPrefix("## tiny: within all limits\n"))
  }
}
