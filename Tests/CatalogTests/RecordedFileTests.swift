import Catalog
import Testing

@Suite("The newest files")
struct RecordedFileTests {
  let catalog: Catalog
  let fixture: Fixture
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path, processes: .fake())
  }

  private func record(_ files: [Catalog.RunArtifact], fails: Bool = false) throws {
    let run = try catalog.begin(.plain())
    let results = Catalog.RunResults(artifacts: files)
    try catalog.finish(run: run, fails ? .failed(error: "no", results: results) : .succeeded(results))
  }

  /// Catches a path whose newest reading hides its newest writing, and a failed run that counts.
  @Test("of each path the newest output and the newest reading, of runs that succeeded")
  func newest() throws {
    try record([.init(.output, .plain("a", "model"))])
    try record([.init(.output, .plain("b", "model"))])
    try record([.init(.input, .plain("b", "model")), .init(.config, .plain("c", "a.yaml"))])
    try record([.init(.input, .plain("d", "model")), .init(.output, .plain("e", "int8"))])
    try record([.init(.output, .plain("f", "model")), .init(.input, .plain("f", "int8"))], fails: true)
    let found = try catalog.newestFiles().map { file in
      "\(file.artifact.path) \(file.role) \(file.artifact.sha256.prefix(1)) \(file.run) \(file.stage)"
    }
    #expect(
      found == [
        "a.yaml config c 3 convert", "int8 output e 4 convert", "model output b 2 convert", "model input d 4 convert",
      ])
  }

  @Test("an empty catalog has none")
  func none() throws { #expect(try catalog.newestFiles() == []) }
}
