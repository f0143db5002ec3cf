import Catalog
import Findings
import FindingsSupport
import Foundation
import Gate
import Gathering
import Reporting
import Testing

@Suite struct LanguageReportFindingsTests {
  private func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

  /// From the float model to the evaluation of two schemes, the first of them calibrated.
  private func shelf() throws -> Shelf {
    let shelf = try Shelf()
    try shelf.run("import-transformer", scheme: nil, inputs: [.file("8", "my.bin")], outputs: [.file("1", "float")])
    try shelf.run(
      "calibrate-transformer", scheme: nil, inputs: [.file("1", "float"), .file("9", "tales.txt")],
      outputs: [.file("6", "seen")],
      results: .init(massiveActivations: [.init(tensor: "wq", channel: 3, magnitude: 500, median: 2)]))
    for (scheme, model, file) in [("a", "2", "3"), ("b", "4", "5")] as [(String, Character, Character)] {
      let tensors = Catalog.QuantizationScheme.Tensors(
        dtype: "s8", quantization: "per_channel_symmetric", range: -127...127, observer: "min_max")
      try shelf.run(
        "convert-transformer", scheme: scheme,
        inputs: [.file("1", "float")] + (scheme == "a" ? [.file("6", "seen")] : []),
        outputs: [.file(model, "\(scheme)/int8")],
        results: .init(
          quantizationScheme: .init(type: "dynamic", profile: "octavo", weights: tensors, activations: tensors),
          quantizationParameters: (0..<4).map {
            .init(
              tensor: "wq", channel: $0, scale: Float(1 << $0), zeroPoint: 0, quantMin: -127, quantMax: 127,
              dtype: "s8", scheme: "per_channel_symmetric", observer: "min_max")
          }, warnings: scheme == "b" ? ["look here"] : []))
      try shelf.run(
        "evaluate-transformer", scheme: scheme,
        inputs: [.file("1", "float"), .file(model, "\(scheme)/int8"), .file("9", "tales.txt")],
        outputs: [.file(file, "\(scheme)/metrics.json")],
        results: .init(
          dataset: "tales.txt",
          metrics: .language(ratio: 1.002, divergence: 0.0017, same: 0.99, bytes: 250) + [
            .init("input_sqnr", model: .int8, layer: "w2", value: 20, unit: "dB"),
            .init("input_sqnr", model: .int8, layer: "wq", value: 40, unit: "dB"),
            .init("largest_input", model: .float32, layer: "wq", value: 8, unit: ""),
            .init("largest_input_channel", model: .float32, layer: "wq", value: 3, unit: ""),
          ],
          greedyFlips: [
            .init(
              window: 0, position: 2, float32Token: 5, int8Token: 6, float32Text: " dog", int8Text: "", margin: 0.25)
          ]))
    }
    return shelf
  }

  private func sources(
    model: Character = "1", text: Character = "9", ratio: Double = 1.004,
    files: [(String, Character)] = [
      ("a/metrics.json", "3"), ("b/metrics.json", "5"),
    ]
  ) throws -> LanguageReportSources {
    let json = Array(#"{"layers":[{"tensor":"wq","largest":1},{"tensor":"w2"}],"text":"tales.txt"}"#.utf8)
    return LanguageReportSources(
      pipeline: "digits", limits: .init(perplexityRatio: ratio, klDivergence: 0.003, sameTop1: 0.97, sizeRatio: 0.3),
      model: .init(path: "float", sha256: digest(model), content: ()),
      text: .init(path: "tales.txt", sha256: digest(text), content: ()),
      evaluations: try files.map {
        .init(path: $0.0, sha256: digest($0.1), content: try LanguageReportSources.Metrics(json: json))
      })
  }

  @Test func aReportHoldsWhatTheCatalogKnows() throws {
    let report = try LanguageReportFindings.gather(sources(), catalog: shelf().catalog)
    #expect(report.title == "digits" && report.dataset.name == "tales.txt" && report.schemes.isEmpty)
    #expect(report.languageSchemes.map(\.name) == ["a", "b"])
    let scheme = report.languageSchemes[0]
    #expect(scheme.predictions == 200 && scheme.perplexityRatio == .init(1.002, error: 0.0005))
    #expect(scheme.float32.perplexity == .init(4.5, error: 0.25) && scheme.float32.bytes == 1000)
    #expect(scheme.int8.promptRate == 2500 && scheme.int8.generatedRate == 250)
    #expect(scheme.verdicts.count == 4 && scheme.verdicts.allSatisfy(\.holds))
    #expect(scheme.settings?.type == "dynamic" && scheme.conditions == "2 threads, avx2")
    // A token without text by its number.
    #expect(scheme.flips == [.init(window: 0, position: 2, float32: "' dog'", int8: "token 6", margin: 0.25)])
    #expect(
      scheme.scales == [
        .init(
          tensor: "wq", count: 4, least: 1, mean: 3.75, largest: 8, quantized: -127...127, dtype: "s8",
          quantization: "per_channel_symmetric", observer: "min_max")
      ])
    #expect(report.languageHistory.map(\.scheme) == ["a", "b"] && report.languageHistory[0].speedRatio == 2.5)
    #expect(
      report.commands == [
        "make all PIPELINE=digits SCHEMES='a b'", "import-transformer --config", "calibrate-transformer --config",
        "convert-transformer --config", "evaluate-transformer --config",
      ])
    #expect(report.environment.map(\.name) == ["Octavo", "Commit", "Processor", "Instruction set", "Threads"])
  }

  // Would catch an order by name, in which a network's tenth layer stands before its second.
  @Test func layersStandInTheNetworksOrder() throws {
    let layers = try LanguageReportFindings.gather(sources(), catalog: shelf().catalog).languageSchemes[0].layers
    #expect(
      layers == [.init(tensor: "wq", sqnr: 40, largest: 8, channel: 3), .init(tensor: "w2", sqnr: 20)])
  }

  @Test func theNewestCalibrationOfTheModelTellsOfMassiveActivations() throws {
    let shelf = try shelf()
    let report = try LanguageReportFindings.gather(sources(), catalog: shelf.catalog)
    #expect(report.massiveActivations == [.init(tensor: "wq", channel: 3, magnitude: 500, median: 2)])
    #expect(report.languageSchemes[1].warnings == ["look here"])
    try shelf.run("calibrate-transformer", scheme: nil, inputs: [.file("1", "float")])
    #expect(try LanguageReportFindings.gather(sources(), catalog: shelf.catalog).massiveActivations == [])
    // That of another model says nothing of this one.
    try shelf.run("calibrate-transformer", scheme: nil, inputs: [.file("7", "other")])
    #expect(try LanguageReportFindings.gather(sources(), catalog: shelf.catalog).massiveActivations == nil)
  }

  @Test func aBrokenLimitIsSaid() throws {
    let report = try LanguageReportFindings.gather(sources(ratio: 1.001), catalog: shelf().catalog)
    #expect(report.languageSchemes[0].verdicts.filter { !$0.holds }.map(\.limit) == ["perplexity_ratio"])
  }

  @Test func aFileOfAnotherMakeIsRefused() throws {
    let shelf = try shelf()
    func failure(_ sources: LanguageReportSources) throws -> String {
      do {
        _ = try LanguageReportFindings.gather(sources, catalog: shelf.catalog)
        return "gathered"
      } catch let error as FindingsError {
        return "\(error)"
      }
    }
    #expect(try failure(sources(model: "7")).hasPrefix("float: expected what a/metrics.json was made of"))
    #expect(try failure(sources(text: "7")).hasPrefix("tales.txt: expected what a/metrics.json was made of"))
    #expect(try failure(sources(files: [("x", "e")])).hasPrefix("x: the catalog has no succeeded run"))
    #expect(try failure(sources(files: [])).contains("no succeeded evaluation of pipeline digits"))
    #expect(throws: DecodingError.self) { try LanguageReportSources.Metrics(json: Array(#"{"images":4}"#.utf8)) }
  }

  @Test func otherProgramsReadTheFigures() throws {
    let report = try LanguageReportFindings.gather(sources(), catalog: shelf().catalog)
    let data = try JSONEncoder().encode(ReportJSON(report, html: "r.html", markdown: "r.md"))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let schemes = try #require(object["schemes"] as? [[String: Any]])
    #expect(schemes.map { $0["scheme"] as? String } == ["a", "b"] && schemes[0]["greedy_flips"] as? Int == 1)
    #expect(
      schemes[0]["kl_divergence_nats"] as? Double == 0.0017 && schemes[0]["same_top_1_fraction"] as? Double == 0.99)
    let int8 = try #require(schemes[0]["int8"] as? [String: Any])
    #expect(int8["file_bytes"] as? Int == 250 && int8["generated_tokens_per_second"] as? Double == 250)
    for key in Set(schemes[0].keys).union(int8.keys) { #expect(ReportJSON.help.contains(key), "\(key)") }
  }
}
