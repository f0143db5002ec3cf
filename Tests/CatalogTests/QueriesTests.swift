import Catalog
import Testing

@Suite("Questions to the catalog")
struct QueriesTests {
  let catalog: Catalog
  let fixture: Fixture
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path, processes: .fake())
  }

  private func record(
    _ stage: String, scheme: String?, output: Character, fails: Bool = false
  ) throws -> Int64 {
    let run = try catalog.begin(.plain(stage, scheme: scheme))
    let results = Catalog.RunResults(artifacts: [.init(.output, .plain(output, "\(stage).bin"))])
    try catalog.finish(run: run, fails ? .failed(error: "no", results: results) : .succeeded(results))
    return run
  }

  @Test("the newest run is the newest that succeeded, of that stage, pipeline and scheme")
  func newest() throws {
    let train = try record("train", scheme: nil, output: "a")
    _ = try record("convert", scheme: "one", output: "b")
    let second = try record("convert", scheme: "one", output: "c")
    let other = try record("convert", scheme: "two", output: "d")
    _ = try record("convert", scheme: "one", output: "e", fails: true)
    #expect(try catalog.newestRun(stage: "convert", pipeline: "digits", scheme: "one")?.id == second)
    #expect(try catalog.newestRun(stage: "convert", pipeline: "digits", scheme: "two")?.id == other)
    #expect(try catalog.newestRun(stage: "train", pipeline: "digits", scheme: nil)?.id == train)
    #expect(try catalog.newestRun(stage: "convert", pipeline: "digits", scheme: nil) == nil)
    #expect(try catalog.newestRun(stage: "convert", pipeline: "letters", scheme: "one") == nil)
    #expect(try catalog.run(99) == nil)
  }

  @Test("who wrote these bytes: the newest succeeded run that did")
  func writer() throws {
    _ = try record("convert", scheme: "one", output: "b")
    let again = try record("convert", scheme: "one", output: "b")
    _ = try record("convert", scheme: "one", output: "b", fails: true)
    #expect(try catalog.newestRun(writing: String(repeating: "b", count: 64))?.id == again)
    #expect(try catalog.newestRun(writing: String(repeating: "f", count: 64)) == nil)
  }

  @Test("history is read newest first and no further than asked")
  func history() throws {
    for _ in 0..<3 { _ = try record("convert", scheme: "one", output: "b") }
    let rows = try catalog.history(limit: 2)
    #expect(rows.map(\.id) == [3, 2])
    #expect(rows.first?.status == .succeeded)
    #expect(rows.first?.result == "1,000 bytes")
    #expect(rows.first?.scheme == "one")
  }

  /// An evaluation with the given figures.
  @discardableResult
  private func evaluate(_ scheme: String, _ metrics: [Catalog.Metric], dataset: String = "mnist") throws -> Int64 {
    var start = Catalog.RunStart.plain("evaluate", scheme: scheme)
    start.dataset = dataset
    let run = try catalog.begin(start)
    try catalog.finish(run: run, .succeeded(.init(metrics: metrics)))
    return run
  }

  @Test("evaluations, oldest first: those of the pipeline and the dataset that have figures")
  func evaluations() throws {
    let whole: [Catalog.Metric] = [
      .accuracy(.float32, 0.9), .accuracy(.int8, 0.8), .fileBytes(.float32, 400), .fileBytes(.int8, 100),
    ]
    let speeds: [Catalog.Metric] = [.imagesPerSecond(.float32, 50), .imagesPerSecond(.int8, 100)]
    let untimed = try evaluate("one", whole)
    try evaluate("one", [.accuracy(.int8, 0.8)])
    try evaluate("one", whole, dataset: "synthetic-digits")
    let newest = try evaluate("two", whole + speeds)
    let found = try catalog.evaluations(of: "digits", dataset: "mnist")
    #expect(found.map(\.run) == [untimed, newest] && found.map(\.scheme) == ["one", "two"])
    #expect(found[0].imagesPerSecond == nil && found[0].speedRatio == nil)
    #expect(found[1].imagesPerSecond == 100 && found[1].speedRatio == 2 && found[1].int8Bytes == 100)
    #expect(found[1].float32 == 0.9 && found[1].int8 == 0.8)
    #expect(try catalog.evaluations(of: "digits", dataset: "mnist", limit: 1).map(\.run) == [newest])
    #expect(try catalog.evaluations(of: "letters", dataset: "mnist").isEmpty)
  }
}
