import Files
import Foundation
import TestSupport
import Testing

@Suite("FileWriter")
struct FileWriterTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(
    "the pieces are the file, and its size and digest are theirs",
    arguments: [[], [0], [1, 0, 2], [70_000, 1, 200_000]])
  func pieces(_ counts: [Int]) throws {
    let pieces = counts.map { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 29 &+ count) } }
    let writer = try FileWriter(folder.path("a/b"))
    for piece in pieces { try writer.append(piece) }
    // Not there before the end.
    #expect(!FileManager.default.fileExists(atPath: folder.path("a/b")))
    let digest = try writer.finish()
    let bytes = pieces.flatMap(\.self)
    #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path("a/b")))) == bytes)
    #expect(digest == FileDigest(bytes: bytes.count, sha256: SHA256Digest.hex(of: bytes)))
    #expect(try folder.files() == ["a", "a/b"])
  }

  @Test("a writer that is let go leaves nothing, and the older file as it was", arguments: [false, true])
  func abandoned(_ exists: Bool) throws {
    if exists { try folder.write("old", to: "a") }
    do {
      let writer = try FileWriter(folder.path("a"))
      try writer.append([1, 2, 3])
      let files = try withExtendedLifetime(writer) { try folder.files() }
      #expect(files.count == (exists ? 2 : 1))
    }
    #expect(try folder.files() == (exists ? ["a"] : []))
    if exists { #expect(try folder.text("a") == "old") }
  }

  @Test("two writers to one place are both whole; the last to finish has it")
  func twoWriters() throws {
    let (first, second) = (try FileWriter(folder.path("a")), try FileWriter(folder.path("a")))
    try first.append(Array("fir".utf8))
    try second.append(Array("second".utf8))
    try first.append(Array("st".utf8))
    _ = try second.finish()
    #expect(try folder.text("a") == "second")
    let digest = try first.finish()
    #expect(try folder.text("a") == "first")
    #expect(digest.sha256 == SHA256Digest.hex(of: Array("first".utf8)))
    #expect(try folder.files() == ["a"])
  }

  @Test("writers at once in many threads are all whole")
  func atOnce() async throws {
    let path = folder.path("a")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for letter in UInt8(97)..<123 {
        group.addTask {
          let writer = try FileWriter(path)
          for _ in 0..<20 { try writer.append([UInt8](repeating: letter, count: 100)) }
          _ = try writer.finish()
        }
      }
      try await group.waitForAll()
    }
    let text = try folder.text("a")
    #expect(text.utf8.count == 2000 && Set(text).count == 1)
    #expect(try folder.files() == ["a"])
  }

  @Test("a place that a folder takes is refused at the end, and nothing stays")
  func overFolder() throws {
    try FileManager.default.createDirectory(atPath: folder.path("a/b"), withIntermediateDirectories: true)
    let writer = try FileWriter(folder.path("a"))
    try writer.append([1])
    #expect(
      line { _ = try writer.finish() } == "\(folder.path("a")): cannot be written: Is a directory; name another path")
    #expect(try folder.files() == ["a", "a/b"])
  }

  @Test("a name that is too long is one line")
  func longName() throws {
    let path = folder.path(String(repeating: "a", count: 300))
    #expect(
      line { _ = try FileWriter(path) } == "\(path): cannot be written: File name too long; name another path")
    #expect(try folder.files() == [])
  }

  @Test("a disk that is full is one line, and nothing stays of the file")
  func fullDisk() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 5000, rlim_max: 5000)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let writer = try FileWriter(folder.path("a"))
      try writer.append([UInt8](repeating: 1, count: 4000))
      let error = line { try writer.append([UInt8](repeating: 1, count: 4000)) }
      #expect(
        error == "\(folder.path("a")): cannot be written: File too large; make room, or lift the limit, and run again")
      #expect(try folder.files() == [])
    }
  }

  @Test("a writer is done once")
  func twice() async {
    await #expect(processExitsWith: .failure) {
      let folder = try TemporaryFolder()
      let writer = try FileWriter(folder.path("a"))
      _ = try writer.finish()
      try writer.append([1])
    }
  }
}
