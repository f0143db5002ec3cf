import Testing

/// A scheme of every type through the built programs.
@Suite("Schemes of every type")
struct SchemeTypesTests {
  /// A scheme, and what the catalog says of it: type, weights, activations, float layers.
  struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let row: String
    var testDescription: String { name }

    /// The stage that makes what `convert` reads, nil where that is the float model.
    var stage: String? { text.hasPrefix("type: static") ? "calibrate" : text.hasPrefix("type: qat") ? "qat" : nil }
  }

  static let weights =
    "weights: {dtype: s8, symmetry: symmetric, granularity: per_channel, range: [-127, 127], observer: min_max}\n"
  private static let calibration = "calibration: {batches: 4, batch_size: 25, order: shuffled, seed: 3}\n"
  private static let training =
    "training: {epochs: 2, batch_size: 20, learning_rate: 0.001, seed: 5, freeze_observers: 2, freeze_batch_norm: 2}\n"
  private static func activations(_ words: String) -> String { "activations: {\(words), observer: min_max}\n" }

  static let samples = [
    Sample(
      name: "signed",
      text: "type: static\nprofile: octavo\n" + weights + calibration
        + activations("dtype: s8, symmetry: symmetric, granularity: per_tensor, range: [-127, 127]"),
      row: "static|s8 per_channel_symmetric -127...127|s8 per_tensor_symmetric -127...127|"),
    Sample(
      name: "a float layer between integers",
      text: "type: static\nprofile: octavo\nlayers: {fc1: {skip: true}}\n" + weights + calibration
        + activations(
          "dtype: u8, symmetry: affine, granularity: per_tensor, range: [0, 255], reduce_range: where_needed"),
      row: "static|s8 per_channel_symmetric -127...127|u8 per_tensor_affine 0...255|fc1"),
    Sample(
      name: "dynamic, an image at a time",
      text: "type: dynamic\nprofile: octavo\n" + weights
        + activations("dtype: u8, symmetry: affine, granularity: per_row, range: [0, 255]"),
      row: "dynamic|s8 per_channel_symmetric -127...127|u8 per_row_affine 0...255|"),
    Sample(
      name: "dynamic, PyTorch's",
      text: "type: dynamic\nprofile: fbgemm\nlayers: {conv1: {skip: true}}\n" + weights
        + activations("dtype: u8, symmetry: affine, granularity: per_tensor, range: [0, 127]"),
      row: "dynamic|s8 per_channel_symmetric -127...127|u8 per_tensor_affine 0...127|conv1"),
    Sample(
      name: "qat",
      text: "type: qat\nprofile: octavo\n" + weights + training
        + activations("dtype: u8, symmetry: affine, granularity: per_tensor, range: [0, 127]"),
      row: "qat|s8 per_channel_symmetric -127...127|u8 per_tensor_affine 0...127|"),
    Sample(
      name: "qat, scales learned, a float layer",
      text: "type: qat\nprofile: octavo\nlayers: {conv1: {skip: true}}\n" + training
        + weights.replacing("min_max", with: "learned")
        + activations("dtype: u8, symmetry: affine, granularity: per_tensor, range: [0, 127]")
        .replacing("min_max", with: "learned"),
      row: "qat|s8 per_channel_symmetric -127...127|u8 per_tensor_affine 0...127|conv1"),
    Sample(
      name: "weight-only", text: "type: weight_only\nprofile: octavo\n" + weights,
      row: "weight_only|s8 per_channel_symmetric -127...127|NULL|"),
  ]

  /// Runs what the scheme's type asks for, up to its evaluation.
  private func run(_ sample: Sample, in workshop: Workshop, environment: [String: String] = [:]) throws {
    try workshop.write(sample.text, to: "other.yaml")
    let label = ["--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", "other"]
    var convert = ["--config", "other.yaml", "--input", "fuse.safetensors"]
    if let stage = sample.stage {
      let model = stage == "qat" ? "train.safetensors" : "fuse.safetensors"
      let arguments = ["--config", "other.yaml", "--input", model, "data/manifest.json"]
      try succeed(stage, arguments + ["--output", "other.calibrated"] + label, in: workshop, environment)
      convert = ["--input", "other.calibrated"]
    }
    try succeed("convert", convert + ["--output", "other.int8"] + label, in: workshop, environment)
    let evaluate = ["--input", "fuse.safetensors", "other.int8", "data/manifest.json", "--output", "other.json"]
    try succeed("evaluate", evaluate + label, in: workshop, environment)
  }

  private func succeed(
    _ program: String, _ arguments: [String], in workshop: Workshop, _ environment: [String: String]
  ) throws {
    let ending = try workshop.run(program, arguments, environment: environment)
    guard ending.code == 0 else { throw StageFailed(stage: program, ending: ending) }
  }

  // Would catch a type that one of the programs, the catalog or the report does not know.
  @Test("goes through to the catalog and the report", arguments: samples)
  func throughTheStages(_ sample: Sample) throws {
    let workshop = try Workshop.finished()
    try run(sample, in: workshop)
    let row = try workshop.select("SELECT type, weights, activations, skipped FROM scheme WHERE scheme = 'other'")
    #expect(row == [sample.row])
    let figures = "int8_percent > 50 AND int8_bytes > 0 AND images_per_second > 0"
    #expect(try workshop.select("SELECT \(figures) FROM scheme WHERE scheme = 'other'") == ["1"])
    let report = try workshop.run(
      "report",
      ["--config"] + Stage.report.config + ["--input"] + Stage.report.input.dropLast() + [
        "other.json", "--output", "other.html", "--catalog", "catalog.sqlite", "--pipeline", "tiny",
      ])
    #expect(report.code == 0)
    #expect(try workshop.text("other.md").contains("Type \(sample.row.split(separator: "|")[0]), profile "))
  }

  @Test("gives the same bytes on one thread and on two, in plain C and in vectors", arguments: samples)
  func sameBytes(_ sample: Sample) throws {
    let workshop = try Workshop.finished()
    let digests = try [["OCTAVO_THREADS": "1", "OCTAVO_ISA": "scalar"], ["OCTAVO_THREADS": "2"]].map { settings in
      try run(sample, in: workshop, environment: settings)
      return try ["other.int8", "other.json"].map { try workshop.sha256($0) }
    }
    #expect(digests[0] == digests[1])
  }

  @Test(
    "what contradicts itself is one line with file and key, and nothing is written",
    arguments: [
      ("dynamic", "calibration: {batches: 1, batch_size: 1, order: file, seed: 0}", "calibration: expected none"),
      ("weight_only", "layers: {fc9: {skip: true}}", "layers.fc9: no such layer"),
      (
        "weight_only", "layers: {conv1: {skip: true}, fc1: {skip: true}, fc2: {skip: true}}",
        "layers: expected at least"
      ),
      ("weight_only", "layers: {fc1: {skip: true, weights: 3}}", "layers.fc1.weights: expected a mapping, found '3'"),
      ("static", "", "activations: expected a value with type static, found none"),
      ("qat", "", "activations: expected a value with type qat, found none"),
      ("magic", "", "type: "),
    ])
  func badSchemes(_ type: String, _ more: String, _ complaint: String) throws {
    let workshop = try Workshop.finished()
    let activations =
      type == "dynamic"
      ? "activations: {dtype: u8, symmetry: affine, granularity: per_row, range: [0, 255], observer: min_max}\n" : ""
    try workshop.write("type: \(type)\nprofile: octavo\n" + Self.weights + activations + more, to: "other.yaml")
    let ending = try workshop.run(
      "convert", ["--config", "other.yaml", "--input", "fuse.safetensors", "--output", "other.int8"])
    #expect(ending.code == 1)
    #expect(ending.errorLines.count == 1)
    #expect(ending.errors.hasPrefix("convert: error: other.yaml: \(complaint)"), "\(ending.errors)")
    #expect(!workshop.exists("other.int8"))
  }

  @Test("calibrate names the stage that a scheme of another type needs")
  func calibrateIsForStatic() throws {
    let workshop = try Workshop.finished()
    try workshop.write(Self.samples[6].text, to: "other.yaml")
    let ending = try workshop.run(
      "calibrate",
      ["--config", "other.yaml", "--input", "fuse.safetensors", "data/manifest.json", "--output", "other.calibrated"])
    #expect(
      ending.errors == "calibrate: error: other.yaml: type: expected static, found weight_only; "
        + "run convert on this scheme, it needs no calibration\n")
    #expect(!workshop.exists("other.calibrated"))
  }
}
