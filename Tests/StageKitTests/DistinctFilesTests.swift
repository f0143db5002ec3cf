import StageKit
import TestSupport
import Testing

@Suite("Files of one call")
struct DistinctFilesTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("may be read twice, and written once each")
  func distinct() throws {
    try folder.write("", to: "a")
    let (a, b, c) = (folder.path("a"), folder.path("b"), folder.path("c"))
    try DistinctFiles().reading("--input", [a, a]).reading("--config", [nil, a]).catalog(c).writing("--output", [b])
      .check()
    try DistinctFiles().catalog(nil).writing("--junit", [nil]).check()
  }

  @Test("are not written over each other, there or not", arguments: [true, false])
  func same(_ isThere: Bool) throws {
    if isThere { try folder.write("", to: "a") }
    let (a, other) = (folder.path("a"), folder.path("./a"))
    let cases = [
      (DistinctFiles().reading("--input", [other]), "--input"), (DistinctFiles().catalog(other), "--catalog"),
      (DistinctFiles().writing("--output", [other]), "--output"),
    ]
    for (files, option) in cases {
      #expect(
        line { try files.writing("--junit", [a]).check() }
          == "--junit \(a): the same file as \(option) \(other), which would be lost; name another")
    }
  }

  @Test("are not SQLite's own beside the catalog", arguments: ["-journal", "-wal", "-shm"])
  func journal(_ suffix: String) {
    let catalog = folder.path("c.sqlite")
    let line = line { try DistinctFiles().catalog(catalog).writing("--output", [catalog + suffix]).check() }
    #expect(
      line
        == "--output \(catalog + suffix): the same file as --catalog \(catalog + suffix), which would be lost; name another"
    )
  }
}
