import Catalog
import GRDB
import Testing

/// What runs warned of, and why scales were raised.
@Suite("The tables of version 6")
struct Migration6Tests {
  let fixture: Fixture
  let catalog: Catalog
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path)
  }

  @Test("warnings keep their order, of runs that failed as well, and go with their run")
  func warnings() throws {
    let (first, second) = (try catalog.begin(.plain()), try catalog.begin(.plain()))
    try catalog.finish(run: first, .succeeded(.init(warnings: ["b", "a; 'quoted'"])))
    try catalog.finish(run: second, .failed(error: "no", results: .init(warnings: ["c"])))
    #expect(try catalog.warnings(of: first) == ["b", "a; 'quoted'"])
    #expect(try fixture.select("SELECT * FROM warning") == ["1|1|b", "1|2|a; 'quoted'", "2|1|c"])
    let third = try catalog.begin(.plain())
    try catalog.finish(run: third, .succeeded(.init()))
    try catalog.prune(keeping: 1)
    #expect(try fixture.select("SELECT run FROM warning") == [])
    #expect(try fixture.soundness() == ["ok"])
  }

  @Test("a scale says why it was raised, in its table and in the view")
  func raised() throws {
    let run = try catalog.begin(.plain())
    var raised = Catalog.QuantizationParameter.plain("conv1.weight")
    raised.raisedFor = "bias"
    let plain = Catalog.QuantizationParameter.plain("conv2.weight")
    try catalog.finish(run: run, .succeeded(.init(quantizationParameters: [raised, plain])))
    #expect(try catalog.quantizationParameters(of: run) == [raised, plain])
    #expect(try fixture.select("SELECT tensor, raised_for FROM scale") == ["conv1.weight|bias", "conv2.weight|NULL"])
  }

  @Test("no other reason, no empty warning")
  func checks() throws {
    let run = try catalog.begin(.plain())
    var odd = Catalog.QuantizationParameter.plain("conv1.weight")
    odd.raisedFor = "whim"
    #expect(throws: (any Error).self) {
      try catalog.finish(run: run, .succeeded(.init(quantizationParameters: [odd])))
    }
    #expect(throws: (any Error).self) { try catalog.finish(run: run, .succeeded(.init(warnings: [""]))) }
  }
}
