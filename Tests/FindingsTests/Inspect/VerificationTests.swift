import Catalog
import Files
import Findings
import FindingsSupport
import Foundation
import Testing

@Suite("Files held against the catalog")
final class VerificationTests {
  let shelf: Shelf
  let folder: String
  init() throws {
    shelf = try Shelf()
    folder = NSTemporaryDirectory() + "/octavo-verification-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The file of this content, as a run would record it.
  private func file(_ content: String, _ path: String) -> Catalog.Artifact {
    let bytes = Array(content.utf8)
    return .init(sha256: SHA256Digest.hex(of: bytes), bytes: Int64(bytes.count), path: path, kind: "checkpoint")
  }

  private func write(_ content: String, _ path: String) throws {
    try WholeFile.write(Array(content.utf8), to: "\(folder)/\(path)")
  }

  private func verify() throws -> Verification { try Verification(of: shelf.catalog, in: folder) }

  private func digest(_ content: String) -> String { String(file(content, "").sha256.prefix(12)) }

  @Test("outputs as recorded are counted, and those that are gone")
  func asRecorded() throws {
    try shelf.run("fuse", outputs: [file("one", "a/float"), file("two", "gone")])
    try shelf.run("convert", outputs: [file("three", "int8")])
    try write("one", "a/float")
    try write("three", "int8")
    let verification = try verify()
    #expect(verification.differences == [] && verification.warnings == [])
    #expect(verification.summary == "2 outputs on disk as recorded, 1 no longer on disk")
  }

  @Test("an output that differs is a line: path, recorded, run, found")
  func differs() throws {
    try shelf.run("convert", outputs: [file("one", "int8"), file("two", "other")])
    try write("One", "int8")
    try write("two", "other")
    let line = "int8: recorded \(digest("one")) by run 1 (convert), found \(digest("One"))"
    #expect(try verify().differences == [line])
  }

  /// Catches an older run's digest that is held against a newer run's file, and a failed run that counts.
  @Test("only the newest output of a path counts, of runs that succeeded, however the path is written")
  func newest() throws {
    try shelf.run("convert", outputs: [file("old", "int8")])
    try shelf.run("convert", outputs: [file("new", "./int8")])
    try shelf.run("convert", failing: true, outputs: [file("failed", "int8")])
    try write("new", "int8")
    let verification = try verify()
    #expect(verification.differences == [] && verification.checked == 1)
    try write("old", "int8")
    #expect(try verify().differences.count == 1)
  }

  @Test("an input that differs is a warning, and one that is gone is nothing")
  func inputs() throws {
    try shelf.run("fuse", inputs: [file("one", "data"), file("two", "gone")])
    try write("changed", "data")
    let verification = try verify()
    #expect(verification.differences == [])
    let line = "data: recorded \(digest("one")) as read by run 1 (fuse), found \(digest("changed"))"
    #expect(verification.warnings == [line])
    #expect(verification.summary == "0 outputs on disk as recorded, 0 no longer on disk")
  }

  /// Catches a program that hangs on a pipe, or hashes a device for ever, because a catalog names it.
  @Test("what is not a file is said to be none")
  func notAFile() throws {
    try shelf.run("convert", outputs: [file("one", "folder"), file("one", "pipe"), file("one", "/dev/zero")])
    try FileManager.default.createDirectory(atPath: "\(folder)/folder", withIntermediateDirectories: true)
    #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
    #expect(
      try verify().differences
        == ["/dev/zero", "folder", "pipe"].map {
          "\($0): recorded \(digest("one")) by run 1 (convert), found what is not a file"
        })
  }

  @Test("a path cannot steer the terminal")
  func control() throws {
    try shelf.run("convert", outputs: [file("one", "a\u{1B}[31m")])
    try write("two", "a\u{1B}[31m")
    #expect(try verify().differences.first?.hasPrefix("a [31m: recorded ") == true)
  }
}
