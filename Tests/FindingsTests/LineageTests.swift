import Catalog
import Findings
import FindingsSupport
import Testing

@Suite struct LineageTests {
  private func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

  // Would catch runs that are followed by path: the model was renamed between the stages.
  @Test func aFileIsFollowedByItsContent() throws {
    let shelf = try Shelf()
    let fetch = try shelf.run("fetch-mnist", pipeline: nil, scheme: nil, outputs: [.file("d", "data/a")])
    let train = try shelf.run(
      "train", scheme: nil, inputs: [.file("d", "data/a")], outputs: [.file("1", "float")])
    try shelf.run("train", scheme: nil, inputs: [.file("d", "data/a")], outputs: [.file("9", "float")])
    let convert = try shelf.run("convert", inputs: [.file("1", "moved/float")], outputs: [.file("2", "int8")])
    let evaluate = try shelf.run(
      "evaluate", inputs: [.file("1", "moved/float"), .file("2", "int8"), .file("d", "data/a")],
      outputs: [.file("3", "metrics")])
    let lineage = try Lineage(of: digest("3"), path: "metrics", in: shelf.catalog)
    #expect(
      lineage.runs.mapValues(\.id) == [
        "fetch-mnist": fetch, "train": train, "convert": convert, "evaluate": evaluate,
      ])
    #expect(lineage.artifacts.map(\.path) == ["data/a", "float", "int8", "metrics", "moved/float"])
  }

  // The same inputs give the same bytes: the newest run that wrote them is as good, and it is the one on this machine.
  @Test func aRerunOfEqualBytesTakesTheOldOnesPlace() throws {
    let shelf = try Shelf()
    try shelf.run("train", scheme: nil, outputs: [.file("1", "float")])
    try shelf.run("evaluate", inputs: [.file("1", "float")], outputs: [.file("3", "metrics")])
    let again = try shelf.run("train", scheme: nil, outputs: [.file("1", "float")])
    try shelf.run("train", scheme: nil, failing: true, outputs: [.file("1", "float")])
    let lineage = try Lineage(of: digest("3"), path: "metrics", in: shelf.catalog)
    #expect(lineage.runs["train"]?.id == again)
  }

  // Would catch two schemes that came to equal bytes and are taken for one.
  @Test func equalBytesUnderTwoPathsKeepTheirOwnRuns() throws {
    let shelf = try Shelf()
    let first = try shelf.run("evaluate", outputs: [.file("3", "a/metrics")])
    let second = try shelf.run("evaluate", outputs: [.file("3", "b/metrics")])
    #expect(try Lineage(of: digest("3"), path: "a/metrics", in: shelf.catalog).runs["evaluate"]?.id == first)
    #expect(try Lineage(of: digest("3"), path: "b/metrics", in: shelf.catalog).runs["evaluate"]?.id == second)
  }

  // Would catch a walk that never ends: a stage that wrote what it read.
  @Test func aRunThatReadsItsOwnOutputIsMetOnce() throws {
    let shelf = try Shelf()
    let run = try shelf.run("fuse", inputs: [.file("1", "a")], outputs: [.file("1", "b")])
    let lineage = try Lineage(of: digest("1"), path: "b", in: shelf.catalog)
    #expect(lineage.runs.mapValues(\.id) == ["fuse": run] && lineage.artifacts.count == 2)
  }

  @Test func aFileThatNobodyWroteIsNamed() throws {
    let shelf = try Shelf()
    try shelf.run("evaluate", failing: true, outputs: [.file("3", "metrics")])
    try shelf.run("report", inputs: [.file("3", "metrics")])
    #expect(throws: FindingsError.unknownFile("here/metrics")) {
      try Lineage(of: digest("3"), path: "here/metrics", in: shelf.catalog)
    }
    #expect(
      "\(FindingsError.unknownFile("m"))"
        == "m: the catalog has no succeeded run that wrote these bytes; run the stage that makes it again")
  }
}
