import Checkpoints
import Foundation
import Networks
import Tensors
import Testing

/// A data set of a person's own through the built programs: NumPy arrays of 8 x 8 pixels in three colours.
@Suite("A data set of one's own")
struct OwnDatasetTests {
  /// Writes the arrays of both halves below a folder of the workshop.
  private static func write(into workshop: Workshop, testSeed: UInt64 = 2) throws {
    for (half, count, seed) in [("train", 300, 1), ("test", 60, testSeed)] {
      let (pixels, labels) = corners(count, seed: seed)
      try workshop.write(array("|u1", "(\(count), 8, 8, 3)", pixels), to: "own/x_\(half).npy")
      try workshop.write(array("|u1", "(\(count),)", labels), to: "own/y_\(half).npy")
    }
  }

  /// A workshop whose data set is imported: four classes, each bright in a corner of its own.
  /// - Parameter testSeed: other test images, not other training images.
  static func workshop(testSeed: UInt64 = 2, holdingOut options: [String] = []) throws -> Workshop {
    let workshop = try Workshop()
    try write(into: workshop, testSeed: testSeed)
    try workshop.edit(
      "network.yaml", "{channels: 1, height: 28, width: 28}",
      "{channels: 3, height: 8, width: 8, mean: [0.3, 0.2, 0.1], std: [0.25]}")
    try workshop.edit("network.yaml", "out: 10}", "out: 4}")
    try workshop.edit("train.yaml", "seed: 7\n", "seed: 7\naugment: {shift: 1}\n")
    try workshop.edit("limits.yaml", "synthetic-digits: 0", "own: 0")
    let ending = try workshop.run(
      "import-dataset",
      ["--from", "own", "--output", "data/manifest.json", "--catalog", "catalog.sqlite"] + options)
    guard ending.code == 0 else { throw StageFailed(stage: "import-dataset", ending: ending) }
    return workshop
  }

  private static func corners(_ count: Int, seed: UInt64) -> (pixels: [UInt8], labels: [UInt8]) {
    var random = SeededGenerator(seed: seed)
    var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
    for _ in 0..<count {
      let label = random.below(4)
      for place in 0..<64 {
        let isBright = (place / 8 / 4, place % 8 / 4) == (label / 2, label % 2)
        for channel in 0..<3 { pixels.append(UInt8((isBright ? 150 : 0) + random.below(100) / (channel + 1))) }
      }
      labels.append(UInt8(label))
    }
    return (pixels, labels)
  }

  /// NumPy's format, version 1.0: a header of 128 bytes in all.
  private static func array(_ dtype: String, _ shape: String, _ content: [UInt8]) -> [UInt8] {
    let words = "{'descr': '\(dtype)', 'fortran_order': False, 'shape': \(shape), }"
    let header = words + String(repeating: " ", count: 117 - words.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + content
  }

  @Test("it goes through every stage, and the report does not call it synthetic")
  func everyStage() throws {
    let workshop = try Self.workshop()
    for stage in Stage.all.dropFirst() { try workshop.succeed(stage) }
    #expect(
      try workshop.select("SELECT DISTINCT coalesce(dataset, '-') FROM run ORDER BY id") == ["own"])
    #expect(try workshop.select("SELECT sum(count) FROM confusion WHERE model = 'int8'") == ["60"])
    let accuracy = try workshop.select("SELECT value FROM metric WHERE name = 'accuracy' AND model = 'int8'")
    #expect(try #require(Double(accuracy[0])) > 0.9, "corners are easily told apart")
    let report = try workshop.text("report.md")
    #expect(!report.lowercased().contains("synthetic") && report.contains("own"))
    for stage in [Stage.train, .fuse, .calibrate, .convert] {
      let network = try Network(json: workshop.checkpoint(stage.output).metadata["network"] ?? "")
      #expect(network.normalization == PixelNormalization(mean: [0.3, 0.2, 0.1], std: [0.25]), "\(stage.name)")
    }
  }

  // Would catch a scale that has seen what the model is judged by.
  @Test(
    "calibrate opens no file of the test split: without them it gives the same bytes",
    arguments: [[], ["--validation", "50"]])
  func calibrationSeesNoTest(_ options: [String]) throws {
    let workshop = try Self.workshop(holdingOut: options)
    for stage in [Stage.train, .fuse, .calibrate] { try workshop.succeed(stage) }
    let before = try workshop.bytes("calibrate.safetensors")
    try workshop.remove("calibrate.safetensors")
    try workshop.remove("data/own/t10k-images-idx4-ubyte")
    try workshop.write([1], to: "data/own/t10k-labels-idx1-ubyte")
    try workshop.succeed(.calibrate)
    #expect(try workshop.bytes("calibrate.safetensors") == before)
    // The test is one only if another stage misses them.
    #expect(try workshop.run(.fuse).code == 1)
  }

  @Test("no number of a trained model, nor of a fine-tuned one, hangs on the test images")
  func trainingSeesNoTest() throws {
    let qat = SchemeTypesTests.samples.first { $0.name == "qat" }
    let fineTuning = Stage(
      name: "qat", config: ["qat.yaml"], input: ["train.safetensors", "data/manifest.json"], output: "qat.safetensors")
    let tensors = try [UInt64(2), 3].map { seed -> [[String: Tensor]] in
      let workshop = try Self.workshop(testSeed: seed)
      try workshop.write(try #require(qat).text, to: "qat.yaml")
      for stage in [Stage.train, fineTuning] { try workshop.succeed(stage) }
      return try ["train.safetensors", "qat.safetensors"].map { try workshop.checkpoint($0).tensors }
    }
    #expect(tensors[0] == tensors[1])
  }

  @Test("what is held out is trained on no more, and sensitivity is measured on it")
  func validation() throws {
    let workshop = try Self.workshop(holdingOut: ["--validation", "50", "--validation-seed", "4"])
    for stage in [Stage.train, .fuse, .calibrate] { try workshop.succeed(stage) }
    let ending = try workshop.run(
      "sensitivity", ["--input", "calibrate.safetensors", "data/manifest.json", "--output", "sensitivity.json"])
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(try workshop.text("sensitivity.json").contains("\"images\" : 50"))
    let talk = try workshop.run(.train).errors
    #expect(talk.contains("on 250 images of own"), "\(talk)")
  }

  @Test(
    "a plan or a network that does not fit is one line",
    arguments: [
      ("train.yaml", "shift: 1", "shift: 8", "augment.shift: expected 0 to 7, less than the images' side, found 8"),
      ("train.yaml", "shift: 1", "turn: 1", "augment.turn: unknown key; known here: flip, shift"),
      ("network.yaml", "std: [0.25]", "std: [0]", "network input, std: expected finite numbers above 0, found 0.0"),
      (
        "network.yaml", "mean: [0.3, 0.2, 0.1]", "mean: [0.3, 0.2]",
        "network input, mean: expected 1 number or 3, one for each channel, found 2"
      ),
      ("network.yaml", ", std: [0.25]", "", "input: expected std beside mean, found none"),
    ])
  func misfit(_ file: String, _ old: String, _ new: String, _ reason: String) throws {
    let workshop = try Self.workshop()
    try workshop.edit(file, old, new)
    let ending = try workshop.run(.train)
    #expect(ending.code == 1)
    #expect(ending.errors == "train: error: \(file): \(reason)\n")
  }

  @Test("make installs it from DATASET_DIR, keeps it, and installs it again where other images are to be held out")
  func graph() throws {
    let tree = try Tree()
    try Self.write(into: tree.workshop)
    let words = ["import-dataset", "DATASET=automatic", "DATASET_DIR=own/"]
    #expect(try tree.succeed(words) == ["import-dataset"])
    #expect(try tree.succeed(words) == [])
    #expect(try tree.succeed("fetch-mnist", "DATASET=automatic") == [], "what a person brought is not replaced")
    #expect(try tree.succeed(words + ["VALIDATION=50", "VALIDATION_SEED=1"]) == ["import-dataset"])
    #expect(try tree.succeed(words + ["VALIDATION=50", "VALIDATION_SEED=1"]) == [])
    #expect(try tree.succeed(words) == [])
    #expect(try tree.succeed(words + ["VALIDATION=50"]) == ["import-dataset"])
    let manifest = try tree.workshop.text("Artifacts/data/manifest.json")
    #expect(manifest.contains("\"dataset\": \"own\"") && manifest.contains("\"images\": 50\n"))
    let ending = try tree.make("import-dataset")
    #expect(ending.code == 2)
    #expect(
      ending.errors.hasSuffix(
        "*** import-dataset: expected DATASET_DIR=folder, the dataset to install, found none.  Stop.\n"))
  }

  @Test("a folder that holds no data set is one line, and the run has failed")
  func nothing() throws {
    let workshop = try Workshop()
    let ending = try workshop.run(
      "import-dataset",
      ["--from", ".", "--name", "own", "--output", "data/manifest.json", "--catalog", "catalog.sqlite"])
    #expect(ending.code == 1)
    #expect(ending.errorLines.count == 1 && ending.errors.hasPrefix("import-dataset: error: "))
    #expect(ending.errors.hasSuffix("; found none\n"))
    #expect(try workshop.select("SELECT stage, status FROM run") == ["import-dataset|failed"])
    #expect(!workshop.exists("data/manifest.json"))
  }
}
