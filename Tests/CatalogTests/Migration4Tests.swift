import Catalog
import Testing

/// What quantization did to each layer.
@Suite("The layers' errors")
struct Migration4Tests {
  let fixture: Fixture
  let catalog: Catalog
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path)
  }

  private func evaluate(_ scheme: String, _ metrics: [Catalog.Metric], fails: Bool = false) throws {
    let run = try catalog.begin(.plain("evaluate", scheme: scheme))
    let results = Catalog.RunResults(metrics: metrics)
    try catalog.finish(run: run, fails ? .failed(error: "no", results: results) : .succeeded(results))
  }

  private func errors(_ layer: String, sqnr: Double) -> [Catalog.Metric] {
    [("sqnr", sqnr, "dB"), ("mean_error", -0.5, ""), ("max_error", 2, "")].map {
      Catalog.Metric($0, model: .int8, layer: layer, value: $1, unit: $2)
    }
  }

  private func view() throws -> [String] {
    try fixture.select("SELECT pipeline, scheme, layer, sqnr_db, mean_error, max_error, run FROM layer_error")
  }

  @Test("of each scheme the newest evaluation that succeeded, the layer that suffers most first")
  func newest() throws {
    try evaluate("b", errors("old", sqnr: 1))
    try evaluate("b", errors("fc", sqnr: 38.456) + errors("conv", sqnr: 35) + [.accuracy(.int8, 0.5)])
    try evaluate("a", errors("conv", sqnr: 20))
    try evaluate("a", errors("conv", sqnr: 1), fails: true)
    #expect(
      try view() == [
        "digits|a|conv|20.0|-0.5|2.0|3", "digits|b|conv|35.0|-0.5|2.0|2", "digits|b|fc|38.46|-0.5|2.0|2",
      ])
  }

  @Test("a layer with some of the figures, or with one that is no number, is there with what it has")
  func partial() throws {
    try evaluate("a", [.init("sqnr", model: .int8, layer: "conv", value: .nan, unit: "dB")])
    #expect(try view() == ["digits|a|conv|NULL|NULL|NULL|1"])
  }

  @Test("a layer that lost nothing comes last")
  func lossless() throws {
    try evaluate("a", errors("a", sqnr: .infinity) + errors("b", sqnr: 60))
    #expect(try view() == ["digits|a|b|60.0|-0.5|2.0|1", "digits|a|a|inf|-0.5|2.0|1"])
  }

  @Test("figures of the network as a whole, or of other names, make no layer")
  func others() throws {
    try evaluate("a", [.accuracy(.int8, 0.5), .init("time", model: .int8, layer: "conv", value: 1, unit: "s")])
    #expect(try view() == [])
  }
}
