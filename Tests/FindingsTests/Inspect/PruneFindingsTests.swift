import Catalog
import Findings
import FindingsSupport
import Testing

@Suite("What a pruning says")
struct PruneFindingsTests {
  let shelf: Shelf
  init() throws { shelf = try Shelf() }

  @Test("runs by pipeline, scheme and stage, neighbours as ranges, and the rows that went with them")
  func table() throws {
    for digit in "abc" { try shelf.run("train", scheme: nil, outputs: [.file(digit, "float")]) }
    try shelf.run("convert", outputs: [.file("d", "int8")])
    try shelf.run("train", scheme: nil, outputs: [.file("e", "float")])
    try shelf.run("convert", outputs: [.file("f", "int8")])
    try shelf.run("train", scheme: nil, outputs: [.file("0", "float")])
    let pruning = try shelf.catalog.prune(keeping: 1, isDry: true)
    let lines = pruning.plain(isDry: true).split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(
      lines == [
        "Runs that would be removed.", "Pipeline Scheme Stage Count Runs", "-------- ------ ------- ----- -----",
        "digits train 4 1-3 5", "digits s convert 1 4",
        "5 of 7 runs would be removed, and with them rows of artifact 5, run_artifact 5; no file on disk is touched",
      ])
    #expect(pruning.plain(isDry: false).contains("5 of 7 runs removed, and with them"))
    #expect(pruning.plain(isDry: false).hasPrefix("Runs that were removed.\n"))
  }

  @Test("nothing to remove is a line")
  func nothing() throws {
    try shelf.run("train")
    #expect(try shelf.catalog.prune(keeping: 1).plain(isDry: false) == "No run removed: all 1 stay.\n")
    #expect(
      try shelf.catalog.prune(keeping: 1, isDry: true).plain(isDry: true) == "No run would be removed: all 1 stay.\n")
  }
}
