import Catalog
import Testing

/// How runs quantize, and every scheme beside its figures.
@Suite("The schemes")
struct Migration2Tests {
  let fixture: Fixture
  let catalog: Catalog
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path)
  }

  private static let weights = Catalog.QuantizationScheme.Tensors(
    dtype: "s8", quantization: "per_channel_symmetric", range: -127...127, observer: "min_max")
  private static let full = Catalog.QuantizationScheme(
    type: "static", profile: "octavo", weights: weights,
    activations: .init(dtype: "u8", quantization: "per_tensor_affine", range: 0...255, observer: "histogram"),
    reduceRange: "where_needed", skipped: ["conv1", "fc2"])
  private static let weightOnly = Catalog.QuantizationScheme(
    type: "weight_only", profile: "octavo", weights: weights, activations: nil)

  private func run(_ stage: String, scheme: String, _ results: Catalog.RunResults) throws -> Int64 {
    let run = try catalog.begin(
      .init(
        stage: stage, pipeline: "digits", scheme: scheme, command: [stage], octavoVersion: "0", cpu: "A processor",
        instructionSet: "avx2", threads: 2))
    try catalog.finish(run: run, .succeeded(results))
    return run
  }

  @Test("a scheme comes back as it was recorded", arguments: [full, weightOnly])
  func roundTrip(_ scheme: Catalog.QuantizationScheme) throws {
    let run = try run("convert", scheme: "s", .init(quantizationScheme: scheme))
    #expect(try catalog.quantizationScheme(of: run) == scheme)
    #expect(try catalog.quantizationScheme(of: run + 1) == nil)
  }

  @Test("the view: the newest conversion, with the figures of an evaluation since, and none of one before")
  func view() throws {
    _ = try run("convert", scheme: "a", .init(quantizationScheme: Self.weightOnly))
    let metrics: [Catalog.Metric] = [
      .accuracy(.float32, 0.9875), .accuracy(.int8, 0.9862), .fileBytes(.float32, 40_000), .fileBytes(.int8, 10_000),
      .imagesPerSecond(.float32, 2000), .imagesPerSecond(.int8, 5000), .batch(64),
    ]
    _ = try run("evaluate", scheme: "a", .init(metrics: metrics))
    _ = try run("convert", scheme: "a", .init(quantizationScheme: Self.full))
    let settings =
      "static|octavo|s8 per_channel_symmetric -127...127|min_max|"
      + "u8 per_tensor_affine 0...255|histogram|where_needed|conv1 fc2"
    #expect(
      try fixture.select("SELECT * FROM scheme")
        == ["digits|a|\(settings)|NULL|NULL|NULL|NULL|NULL|NULL|3|NULL"])
    _ = try run("evaluate", scheme: "a", .init(metrics: metrics))
    #expect(
      try fixture.select("SELECT * FROM scheme")
        == ["digits|a|\(settings)|98.62|0.13|10000|4.0|5000.0|2.5|3|4"])
  }

  @Test("the schema refuses what is no scheme")
  func refuses() throws {
    var scheme = Self.weightOnly
    scheme.type = "static"
    #expect(line { _ = try run("convert", scheme: "s", .init(quantizationScheme: scheme)) } != nil)
    scheme.type = "magic"
    #expect(line { _ = try run("convert", scheme: "s", .init(quantizationScheme: scheme)) } != nil)
  }
}
