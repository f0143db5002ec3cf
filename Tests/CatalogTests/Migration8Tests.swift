import Catalog
import GRDB
import Testing

/// Language models.
@Suite("The tables and views of version 8")
struct Migration8Tests {
  let fixture: Fixture
  let catalog: Catalog
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path)
  }

  private func record(
    _ stage: String, scheme: String = "w8a8", _ results: Catalog.RunResults, inputs: [Catalog.Artifact] = [],
    outputs: [Catalog.Artifact] = []
  ) throws -> Int64 {
    var results = results
    results.dataset = stage == "evaluate-transformer" ? "tales.txt" : nil
    results.artifacts = outputs.map { .init(.output, $0) }
    let run = try catalog.begin(
      .plain(stage, pipeline: "tiny", scheme: scheme, artifacts: inputs.map { .init(.input, $0) }))
    try catalog.finish(run: run, .succeeded(results))
    return run
  }

  private func estimate(
    _ name: String, _ value: Double, _ error: Double, _ model: Catalog.Model? = nil
  ) -> [Catalog.Metric] {
    [
      .init(name, model: model, value: value, unit: ""),
      .init("\(name)_standard_error", model: model, value: error, unit: ""),
    ]
  }

  private var metrics: [Catalog.Metric] {
    [
      .fileBytes(.float32, 1000), .fileBytes(.int8, 250), .init("predictions", value: 8, unit: "tokens"),
      .init("greedy_flips", value: 1, unit: "tokens"),
      .init("prompt_tokens_per_second", model: .float32, value: 10, unit: "tokens/s"),
      .init("prompt_tokens_per_second", model: .int8, value: 40, unit: "tokens/s"),
      .init("generated_tokens_per_second", model: .float32, value: 5, unit: "tokens/s"),
      .init("generated_tokens_per_second", model: .int8, value: 15, unit: "tokens/s"),
      .init("input_sqnr", model: .int8, layer: "a", value: .infinity, unit: "dB"),
      .init("input_sqnr", model: .int8, layer: "b", value: 30.456, unit: "dB"),
      .init("largest_input", model: .float32, layer: "b", value: 12.5, unit: ""),
      .init("largest_input_channel", model: .float32, layer: "b", value: 7, unit: ""),
    ] + estimate("perplexity", 4.5, 0.25, .float32) + estimate("perplexity", 4.75, 0.5, .int8)
      + estimate("perplexity_ratio", 1.0625, 0.125) + estimate("kl_divergence", 0.002, 0.0001)
      + estimate("same_top_1", 0.875, 0.01)
  }

  private func flip(_ window: Int, _ position: Int, margin: Double = 0.5) -> Catalog.GreedyFlip {
    .init(
      window: window, position: position, float32Token: 3, int8Token: 4, float32Text: " dog", int8Text: "",
      margin: margin)
  }

  @Test("an evaluation is one row, whatever else its run measured")
  func languageEvaluation() throws {
    let run = try record("evaluate-transformer", .init(metrics: metrics))
    #expect(
      try fixture.select(
        """
        SELECT run, pipeline, scheme, text, predictions, float32_perplexity, float32_perplexity_error, int8_perplexity,
          int8_perplexity_error, perplexity_ratio, perplexity_ratio_error, kl_divergence, kl_divergence_error,
          same_top_1_percent, same_top_1_percent_error, greedy_flips, float32_bytes, int8_bytes, times_smaller,
          float32_prompt_per_second, int8_prompt_per_second, float32_generated_per_second, int8_generated_per_second
        FROM language_evaluation
        """)
        == [
          "\(run)|tiny|w8a8|tales.txt|8|4.5|0.25|4.75|0.5|1.0625|0.125|0.002|0.0001|87.5|1.0|1|1000|250|4.0|10.0|40.0|5.0|15.0"
        ])
    let row = try #require(try catalog.languageEvaluation(of: run))
    #expect(row.sameTop1 == .init(value: 0.875, error: 0.01) && row.divergence.value == 0.002)
    #expect(row.int8.generatedRate == 15 && row.float32.perplexity.error == 0.25 && row.flips == 1)
    #expect(try catalog.languageEvaluation(of: record("convert-transformer", .init(metrics: metrics))) == nil)
  }

  @Test("evaluations of a pipeline on a text come oldest first, the newest of many")
  func evaluations() throws {
    let runs = try (0..<3).map { _ in try record("evaluate-transformer", .init(metrics: metrics)) }
    #expect(try catalog.languageEvaluations(of: "tiny", text: "tales.txt", limit: 2).map(\.run) == Array(runs[1...]))
    #expect(try catalog.languageEvaluations(of: "tiny", text: "other.txt").isEmpty)
    #expect(try catalog.languageEvaluations(of: "other", text: "tales.txt").isEmpty)
  }

  @Test("what suffers most stands first, by the newest evaluation")
  func languageLayerError() throws {
    _ = try record("evaluate-transformer", .init(metrics: []))
    let run = try record("evaluate-transformer", .init(metrics: metrics))
    #expect(
      try fixture.select("SELECT tensor, sqnr_db, largest, largest_channel, run FROM language_layer_error")
        == ["b|30.46|12.5|7|\(run)", "a|inf|NULL|NULL|\(run)"])
  }

  @Test("flips and massive activations come back as they were given, in order")
  func rows() throws {
    let massive = Catalog.MassiveActivation(tensor: "b", channel: 7, magnitude: 500, median: 2)
    let larger = Catalog.MassiveActivation(tensor: "a", channel: 9, magnitude: 900, median: 2)
    let run = try record(
      "evaluate-transformer",
      .init(greedyFlips: [flip(1, 2, margin: .nan), flip(0, 5)], massiveActivations: [massive, larger]))
    let flips = try catalog.greedyFlips(of: run)
    #expect(flips.first == flip(0, 5) && flips.count == 2 && flips[1].margin.isNaN)
    #expect(try catalog.massiveActivations(of: run) == [larger, massive])
    #expect(try fixture.select("SELECT margin FROM greedy_flip ORDER BY window") == ["0.5", "NULL"])
  }

  @Test("a flip of equal tokens, of a window's first token or a channel below its median is refused")
  func checks() throws {
    var same = flip(0, 1)
    same.int8Token = same.float32Token
    for results: Catalog.RunResults in [
      .init(greedyFlips: [same]), .init(greedyFlips: [flip(0, 0)]), .init(greedyFlips: [flip(0, 1), flip(0, 1)]),
      .init(massiveActivations: [.init(tensor: "a", channel: 0, magnitude: 1, median: 2)]),
      .init(massiveActivations: [.init(tensor: "a", channel: 0, magnitude: 1, median: 0)]),
    ] {
      #expect(throws: (any Error).self) { try record("evaluate-transformer", results) }
    }
  }

  @Test("scales, schemes, sizes, history and lineage show language models as they show the others")
  func olderViews() throws {
    let tensors = Catalog.QuantizationScheme.Tensors(
      dtype: "s8", quantization: "per_channel_symmetric", range: -127...127, observer: "min_max")
    let scales = [0.25, 0.5, 1.5].enumerated().map {
      Catalog.QuantizationParameter.plain("wq", channel: $0.offset, scale: Float($0.element))
    }
    let converted = try record(
      "convert-transformer",
      .init(
        quantizationScheme: .init(type: "weight_only", profile: "octavo", weights: tensors, activations: nil),
        quantizationParameters: scales),
      inputs: [.plain("1", "float")], outputs: [.plain("2", "int8")])
    let evaluated = try record(
      "evaluate-transformer", .init(metrics: metrics), inputs: [.plain("1", "float"), .plain("2", "int8")],
      outputs: [.plain("3", "metrics.json")])
    #expect(
      try fixture.select("SELECT scheme, tensor, channel, scale, run, path FROM scale")
        == ["w8a8|wq|0|0.25|\(converted)|int8", "w8a8|wq|1|0.5|\(converted)|int8", "w8a8|wq|2|1.5|\(converted)|int8"])
    #expect(
      try fixture.select("SELECT scheme, type, int8_percent, int8_bytes, times_smaller, evaluation FROM scheme")
        == ["w8a8|weight_only|NULL|250|4.0|\(evaluated)"])
    #expect(try fixture.select("SELECT run, float32_bytes, int8_bytes FROM file_size") == ["\(evaluated)|1000|250"])
    #expect(
      try fixture.select("SELECT result FROM history WHERE id = \(evaluated)")
        == ["perplexity int8 4.7500, float32 4.5000"])
    #expect(
      try fixture.select("SELECT depth, path, made_by FROM lineage WHERE output_path = 'metrics.json' AND depth = 1")
        == ["1|float|NULL", "1|int8|convert-transformer"])
    let summary = try #require(try catalog.scaleSummaries(of: converted).first)
    #expect(summary.count == 3 && summary.least == 0.25 && summary.mean == 0.75 && summary.largest == 1.5)
  }
}
