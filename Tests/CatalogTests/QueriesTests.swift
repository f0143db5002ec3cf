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
}
