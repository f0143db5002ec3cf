import Catalog
import Evaluation
import Files
import Findings
import FindingsSupport
import Gate
import Gathering
import Networks
import Reporting
import Tensors
import Testing

@Suite struct ReportFindingsTests {
  private func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

  private func scale(_ tensor: String, _ channel: Int, _ scale: Float) -> Catalog.QuantizationParameter {
    let isWeight = tensor.hasSuffix(".weight")
    return .init(
      tensor: tensor, channel: channel, scale: scale, zeroPoint: isWeight ? 0 : 17,
      quantMin: isWeight ? -127 : 0,
      quantMax: 127, dtype: isWeight ? "s8" : "u8",
      scheme: isWeight ? "per_channel_symmetric" : "per_tensor_affine", observer: "min_max", observed: -1...2)
  }

  /// From training to the evaluation of two schemes.
  /// - Parameter isBrought: whether the float model was brought instead of trained.
  private func shelf(
    isBrought: Bool = false, seed: (_ scheme: String) -> Int64 = { _ in 3 }
  ) throws -> Shelf {
    let shelf = try Shelf()
    if isBrought {
      try shelf.run(
        "import-model", scheme: nil,
        inputs: [
          .file("8", "my model"), .init(sha256: digest("9"), bytes: 10, path: "manifest.json", kind: "dataset"),
        ], outputs: [.file("1", "float")])
    } else {
      try shelf.run(
        "train", scheme: nil, seed: 7, inputs: [.file("9", "manifest.json"), config], outputs: [.file("1", "float")],
        results: .init(epochs: [
          .init(epoch: 1, loss: 0.5, trainAccuracy: 0.9, seconds: 3), .init(epoch: 2, loss: 0.25, seconds: 4),
        ]))
    }
    for (scheme, model, metrics) in [("a", "2", "3"), ("b", "4", "5")] as [(String, Character, Character)] {
      try shelf.run(
        "convert", scheme: scheme, seed: seed(scheme), inputs: [.file("1", "float")],
        outputs: [.file(model, "\(scheme)/int8")],
        results: .init(
          quantizationScheme: settings,
          quantizationParameters: [
            scale("conv1", 0, 0.5), scale("conv1.weight", 0, 0.25), scale("conv1.weight", 1, 0.125),
            scale("quant", 0, 0.01),
          ]))
      try shelf.run(
        "evaluate", scheme: scheme, inputs: [.file("1", "float"), .file(model, "\(scheme)/int8")],
        outputs: [.file(metrics, "\(scheme)/metrics.json")],
        results: .init(
          metrics: FloatInt8Comparison.sample().metrics + [
            .imagesPerSecond(.float32, 1000), .imagesPerSecond(.int8, 3000), .batch(64),
          ]))
    }
    return shelf
  }

  private let settings = Catalog.QuantizationScheme(
    type: "static", profile: "octavo",
    weights: .init(dtype: "s8", quantization: "per_channel_symmetric", range: -127...127, observer: "min_max"),
    activations: .init(dtype: "u8", quantization: "per_tensor_affine", range: 0...255, observer: "entropy"),
    reduceRange: "where_needed", skipped: ["fc1", "fc2"])

  private let configText = "epochs: 2"
  private var config: Catalog.Artifact {
    .init(sha256: SHA256Digest.hex(of: Array(configText.utf8)), bytes: 9, path: "train.yaml", kind: "config")
  }

  /// Three images of 4 x 4; pixel i of image n is 16 n + i.
  private let images = ImageSet(shape: [1, 4, 4], pixels: (0..<48).map { UInt8($0) }, labels: [0, 1, 0])

  private func sources(
    dataset: String = "mnist",
    evaluations: [(path: String, digit: Character)] = [("a/metrics.json", "3"), ("renamed", "5")],
    trained: Character = "1", manifest: Character = "9"
  ) throws -> ReportSources {
    let network = Network(
      name: "N", input: ImageShape(channels: 1, height: 4, width: 4),
      layers: [Layer("conv1", .conv2d(Conv2d(out: 2, kernel: 3))), Layer("relu1", .relu)])
    return ReportSources(
      pipeline: "digits", limits: Limits(accuracyDrop: 30, sizeRatio: 0.2, accuracyFloor: ["mnist": 10]),
      trained: .init(path: "float", sha256: digest(trained), content: network),
      dataset: .init(path: "manifest.json", sha256: digest(manifest), content: (train: images, test: images)),
      evaluations: try evaluations.map {
        .init(path: $0.path, sha256: digest($0.digit), content: try FloatInt8Comparison.sample(dataset: dataset))
      })
  }

  private func gather(_ shelf: Shelf, _ sources: ReportSources? = nil) throws -> Report {
    try ReportFindings.gather(sources ?? self.sources(), catalog: shelf.catalog) { path in
      #expect(path == "train.yaml")
      return Array(configText.utf8)
    }
  }

  @Test func aReportHoldsWhatTheCatalogKnows() throws {
    let report = try gather(shelf())
    #expect(report.title == "digits" && report.configs == [.init(path: "train.yaml", text: configText)])
    #expect(report.dataset == .init(name: "mnist", isSynthetic: false, trainImages: 3, testImages: 3))
    #expect(
      report.epochs == [
        .init(number: 1, loss: 0.5, trainAccuracy: 0.9, seconds: 3), .init(number: 2, loss: 0.25, seconds: 4),
      ])
    #expect(
      report.seeds == [.init("Seed of train", "7"), .init("Seed of convert", "3")])
    // Each file once, although both schemes read the float one; the renamed file is known by its content.
    #expect(
      report.artifacts.map(\.path)
        == ["a/int8", "a/metrics.json", "float", "manifest.json", "train.yaml", "b/int8", "b/metrics.json"])
    #expect(
      report.commands == [
        "make all PIPELINE=digits SCHEMES='a b'", "train --config", "convert --config", "evaluate --config",
      ])
    #expect(
      report.environment == [
        .init("Octavo", "0.1.0"), .init("Commit", "abc"), .init("Processor", "A processor"),
        .init("Instruction set", "avx2"), .init("Threads", "2"),
      ])
  }

  @Test func aModelThatWasBroughtIsSaid() throws {
    let report = try gather(shelf(isBrought: true))
    #expect(report.brought?.path == "my model" && report.brought?.sha256 == digest("8") && report.epochs.isEmpty)
    #expect(report.networks.map(\.title) == ["brought", "fused", "converted"])
    #expect(report.commands.first == "make all PIPELINE=digits SCHEMES='a b' 'FLOAT=my model'")
    #expect(try gather(shelf()).brought == nil)
  }

  @Test func seedsThatDifferAreToldApart() throws {
    let report = try gather(shelf { $0 == "a" ? 3 : 4 })
    #expect(report.seeds == [.init("Seed of train", "7"), .init("Seed of convert", "3 (a), 4 (b)")])
  }

  @Test func aSchemeHoldsItsFigures() throws {
    let report = try gather(shelf())
    #expect(report.schemes.map(\.name) == ["a", "b"])
    let scheme = report.schemes[0]
    #expect(scheme.run == 3 && scheme.float32.accuracy == 0.75 && scheme.int8.accuracy == 0.5)
    #expect(scheme.float32.bytes == 400 && scheme.int8.bytes == 100)
    #expect(scheme.float32.imagesPerSecond == 1000 && scheme.int8.imagesPerSecond == 3000)
    // Wilson's interval of 2 of 4, by SciPy 1.17.1.
    #expect(abs(scheme.int8.interval.lowerBound - 0.15003898915214947) < 1e-14)
    #expect(abs(scheme.int8.interval.upperBound - 0.8499610108478506) < 1e-14)
    #expect(scheme.int8.tensors == [.init("conv1.bias", 8), .init("conv1.scale", 4), .init("conv1.weight", 18)])
    #expect(scheme.float32.cost?.floatProducts == 2 && scheme.float32.cost?.onChip == 140 * 12.5)
    #expect(scheme.agreement == 0.75)
    #expect(scheme.significance == .init(onlyFloat32Right: 1, onlyInt8Right: 0, pValue: 1))
    // A drop of 25 points of 30, and a quarter of the size where a fifth is allowed.
    #expect(scheme.verdicts.map(\.holds) == [true, false, true])
    #expect(scheme.measurement == .init(batch: 64, threads: 2, instructionSet: "avx2"))
    #expect(
      scheme.settings
        == .init(
          type: "static", profile: "octavo", weights: "s8 per channel symmetric -127...127, min_max",
          activations: "u8 per tensor affine 0...255, entropy, halved where needed", skipped: ["fc1", "fc2"]))
    #expect(
      scheme.confusion == [
        .init(model: "float32", counts: [[2, 1], [0, 1]]), .init(model: "int8", counts: [[1, 2], [0, 1]]),
      ])
    #expect(scheme.scales.count == 4)
  }

  // Would catch an activation's scale among the weights', and the other way round.
  @Test func aLayerHoldsItsScales() throws {
    let layers = try gather(shelf()).schemes[0].layers
    #expect(
      layers == [
        .init(
          name: "quant", kind: "input", activationScale: 0.01, activationZeroPoint: 17, observed: -1...2,
          output: .init(sqnr: .infinity), meanError: 0, maxError: 0),
        .init(
          name: "conv1", kind: "conv2d", granularity: "per channel", weightScales: 0.125...0.25,
          activationScale: 0.5, activationZeroPoint: 17, observed: -1...2, accumulatorBound: 5000, pairBound: 900,
          productPath: "pairwise",
          output: .init(sqnr: 31.5, clipped: 0.25, values: .init(low: -1, high: 2, counts: [3, 1])),
          weight: .init(sqnr: 42, clipped: 0, values: .init(low: -0.5, high: 0.5, counts: [1, 2])),
          meanError: -0.125, maxError: 0.5),
      ])
  }

  /// A sensitivity of scheme a, of two layers.
  private func measureSensitivity(_ shelf: Shelf, of read: Catalog.Artifact) throws {
    func row(_ name: String, _ layer: String, _ value: Double) -> Catalog.Metric {
      .init("sensitivity_\(name)", model: .int8, layer: layer, value: value, unit: "")
    }
    try shelf.run(
      "sensitivity", scheme: "a", inputs: [read, .file("9", "manifest.json")],
      results: .init(metrics: [
        .accuracy(.float32, 0.75), row("accuracy", "conv1", 0.75), row("agreement", "conv1", 1),
        row("sqnr", "conv1", 50), row("accuracy", "fc1", 0.5), row("agreement", "fc1", 0.75), row("sqnr", "fc1", 30),
      ]))
  }

  @Test func whatEachLayerCostsIsTheDearestFirst() throws {
    let shelf = try shelf()
    try measureSensitivity(shelf, of: .file("1", "float"))
    let schemes = try gather(shelf).schemes
    #expect(
      schemes[0].costs == [
        .init(name: "fc1", accuracy: 0.5, drop: .init(from: 0.75, to: 0.5), agreement: 0.75, sqnr: 30),
        .init(name: "conv1", accuracy: 0.75, drop: .init(from: 0.75, to: 0.75), agreement: 1, sqnr: 50),
      ])
    #expect(schemes[1].costs.isEmpty)
  }

  // Would catch figures of an older calibration beside those of the newest.
  @Test func aSensitivityOfAnotherModelIsLeftOut() throws {
    let shelf = try shelf()
    try measureSensitivity(shelf, of: .file("8", "older"))
    #expect(try gather(shelf).schemes[0].costs.isEmpty)
  }

  /// An export of scheme a, and what its C did on a machine.
  private func emulate(_ shelf: Shelf, _ machine: String, model: Catalog.Artifact, code: Character) throws {
    let file = Catalog.Artifact.file(code, "a/model.c")
    try shelf.run("export", scheme: "a", inputs: [model], outputs: [file])
    try shelf.run(
      "emulate", scheme: "a", inputs: [.file("7", "vectors"), file],
      results: .init(
        emulation: .init(
          machine: machine, processor: "Arm", images: 500, scores: 5000, differingScores: 0, otherClass: 0,
          flashBytes: 65_000, ramBytes: 6000, instructionsPerImage: 1000, referenceInstructionsPerImage: 3000)))
  }

  // Would catch the flash of an older model's code beside the accuracy of the newest.
  @Test func devicesAreThoseOfTheModelThatIsShown() throws {
    let shelf = try shelf()
    #expect(try gather(shelf).devices == [])
    try emulate(shelf, "cortex-m3", model: .file("8", "a/older"), code: "c")
    try emulate(shelf, "cortex-m4", model: .file("2", "a/int8"), code: "d")
    #expect(
      try gather(shelf).devices == [
        .init(
          scheme: "a", machine: "cortex-m4", images: 500, scores: 5000, differingScores: 0, flashBytes: 65_000,
          ramBytes: 6000, instructions: 1000, referenceInstructions: 3000)
      ])
  }

  // Would catch the picture of another image than the one that the models disagree on.
  @Test func imagesAreDrawnFromTheTestSet() throws {
    let found = try gather(shelf()).schemes[0].disagreements
    let picture = GreyImage(width: 4, height: 4, pixels: (32..<48).map { UInt8($0) })
    #expect(
      found == [
        .init(
          index: 2, label: 0, image: picture, float32: [.init(label: 0, probability: 0.75)],
          int8: [.init(label: 1, probability: 0.5), .init(label: 0, probability: 0.25)])
      ])
  }

  // Both schemes watched the same two images: one sheet for both.
  @Test func calibrationIsShownOnce() throws {
    let found = try gather(shelf()).calibrations
    #expect(found.map(\.title) == ["1 batches of 2 training images, in the file's order"])
    #expect(found[0].schemes == ["a", "b"])
    #expect(found[0].sheet.width == 32 * 4 && found[0].sheet.height == 4)
    let firstRow = (0..<4).map { UInt8($0) } + (16..<20).map { UInt8($0) }
    #expect(Array(found[0].sheet.pixels[..<8]) == firstRow)
  }

  // The ReLU of the trained network was folded into the convolution before it.
  @Test func aFoldedLayerStandsBesideItsOwn() throws {
    let stages = try gather(shelf()).networks
    #expect(stages.map(\.title) == ["trained", "fused", "converted"])
    #expect(stages[0].nodes.map(\.rows) == [0..<1, 1..<2] && stages[0].nodes.map(\.numbers) == [.float32, nil])
    #expect(
      stages[1].nodes == [
        .init(name: "conv1", operation: "conv2d 3x3, relu", shape: "2x2x2", numbers: .float32, rows: 0..<2)
      ])
    #expect(stages[2].nodes.map(\.numbers) == [.int8])
  }

  @Test func historyIsOldestFirst() throws {
    let found = try gather(shelf()).history
    #expect(found.map(\.run) == [3, 5] && found.map(\.scheme) == ["a", "b"])
    #expect(found[0].float32 == 0.75 && found[0].int8 == 0.5 && found[0].bytes == 100 && found[0].speedRatio == 3)
    #expect(found[0].commit == "abc")
  }

  // Would catch a report that shows an edited configuration beside figures of the old one.
  @Test(arguments: ["epochs: 3", nil]) func aConfigurationThatChangedIsNotShown(_ text: String?) throws {
    let report = try ReportFindings.gather(sources(), catalog: shelf().catalog) { path in
      guard let text else { throw FindingsError.unknownFile(path) }
      return Array(text.utf8)
    }
    #expect(report.configs == [.init(path: "train.yaml", text: nil)])
  }

  // Pictures of other digits beside these figures would be a lie.
  @Test func theDatasetIsTheOneThatWasTested() throws {
    let expected = FindingsError.notAnAncestor("manifest.json", of: "a/metrics.json")
    #expect(throws: expected) { try gather(shelf(), sources(manifest: "8")) }
  }

  @Test func theTrainedCheckpointIsTheOneThatWasConverted() throws {
    let expected = FindingsError.notAnAncestor("float", of: "a/metrics.json")
    #expect(throws: expected) { try gather(shelf(), sources(trained: "8")) }
    #expect(
      "\(expected)" == "float: expected what a/metrics.json was made of, found other bytes; evaluate again")
  }

  // Accuracies on built-in digits must never pass for MNIST's.
  @Test func otherDigitsThanMNISTAreSynthetic() throws {
    #expect(try gather(shelf(), sources(dataset: "synthetic-digits")).dataset.isSynthetic)
  }

  @Test func withoutEvaluationsThereIsNoReport() throws {
    let shelf = try Shelf()
    let expected = FindingsError.notEvaluated(pipeline: "digits", scheme: "any", catalog: shelf.catalog.path)
    #expect(throws: expected) { try gather(shelf, sources(evaluations: [])) }
  }

  @Test func anEvaluationThatNobodyMadeIsNamed() throws {
    let shelf = try shelf()
    #expect(throws: FindingsError.unknownFile("x/metrics.json")) {
      try gather(shelf, sources(evaluations: [("x/metrics.json", "e")]))
    }
  }

  // Would catch a file of another stage that is taken for an evaluation.
  @Test func aFileThatIsNoEvaluationIsRefused() throws {
    let shelf = try shelf()
    #expect(throws: FindingsError.unknownFile("metrics.json")) {
      try gather(shelf, sources(evaluations: [("float", "1")]))
    }
  }
}
