import Catalog
import Evaluation
import Findings
import Reporting
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
  private func shelf() throws -> Shelf {
    let shelf = try Shelf()
    try shelf.run(
      "train", scheme: nil, seed: 7, outputs: [.file("1", "float")],
      results: .init(epochs: [
        .init(epoch: 1, loss: 0.5, trainAccuracy: 0.9, seconds: 3), .init(epoch: 2, loss: 0.25, seconds: 4),
      ]))
    for (scheme, model, metrics) in [("a", "2", "3"), ("b", "4", "5")] as [(String, Character, Character)] {
      try shelf.run(
        "convert", scheme: scheme, seed: 3, inputs: [.file("1", "float")],
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
        results: .init(metrics: [
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

  private func gather(_ shelf: Shelf, dataset: String = "mnist") throws -> Report {
    let content = try Comparison.sample(dataset: dataset)
    return try ReportFindings.gather(
      pipeline: "digits",
      evaluations: [("a/metrics.json", digest("3"), content), ("renamed", digest("5"), content)],
      catalog: shelf.catalog)
  }

  @Test func aReportHoldsWhatTheCatalogKnows() throws {
    let report = try gather(shelf())
    #expect(report.title == "digits" && report.network == ["conv1: conv2d 3x3: 1x4x4 -> 2x2x2"])
    #expect(report.dataset == .init(name: "mnist", isSynthetic: false, testImages: 4))
    #expect(
      report.epochs == [
        .init(number: 1, loss: 0.5, trainAccuracy: 0.9, seconds: 3), .init(number: 2, loss: 0.25, seconds: 4),
      ])
    #expect(
      report.seeds == [.init("Seed of train", "7"), .init("Seed of convert, a", "3"), .init("Seed of convert, b", "3")])
    // Each file once, although both schemes read the float one; the renamed file is known by its content.
    #expect(
      report.artifacts.map(\.path) == ["a/int8", "a/metrics.json", "float", "b/int8", "b/metrics.json"])
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

  @Test func aSchemeHoldsItsFigures() throws {
    let report = try gather(shelf())
    #expect(report.schemes.map(\.name) == ["a", "b"])
    let scheme = report.schemes[0]
    #expect(scheme.float32 == .init(accuracy: 0.75, bytes: 400, imagesPerSecond: 1000))
    #expect(scheme.int8 == .init(accuracy: 0.5, bytes: 100, imagesPerSecond: 3000))
    #expect(scheme.agreement == 0.75)
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
          sqnr: .infinity),
        .init(
          name: "conv1", kind: "conv2d", granularity: "per channel", weightScales: 0.125...0.25,
          activationScale: 0.5,
          activationZeroPoint: 17, observed: -1...2, accumulatorBound: 5000, productPath: "pairwise",
          sqnr: 31.5),
      ])
  }

  // Accuracies on built-in digits must never pass for MNIST's.
  @Test func otherDigitsThanMNISTAreSynthetic() throws {
    #expect(try gather(shelf(), dataset: "synthetic-digits").dataset.isSynthetic)
  }

  @Test func withoutEvaluationsThereIsNoReport() throws {
    let shelf = try Shelf()
    let expected = FindingsError.notEvaluated(pipeline: "digits", scheme: "any", catalog: shelf.catalog.path)
    #expect(throws: expected) {
      try ReportFindings.gather(pipeline: "digits", evaluations: [], catalog: shelf.catalog)
    }
  }

  @Test func anEvaluationThatNobodyMadeIsNamed() throws {
    let shelf = try shelf()
    let content = try Comparison.sample()
    #expect(throws: FindingsError.unknownFile("x/metrics.json")) {
      try ReportFindings.gather(
        pipeline: "digits", evaluations: [("x/metrics.json", digest("e"), content)], catalog: shelf.catalog)
    }
  }

  // Would catch a file of another stage that is taken for an evaluation.
  @Test func aFileThatIsNoEvaluationIsRefused() throws {
    let shelf = try shelf()
    let content = try Comparison.sample()
    #expect(throws: FindingsError.self) {
      try ReportFindings.gather(
        pipeline: "digits", evaluations: [("float", digest("1"), content)], catalog: shelf.catalog)
    }
  }
}
