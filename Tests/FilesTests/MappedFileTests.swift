import Files
import Foundation
import TestSupport
import Testing

@Suite("MappedFile")
struct MappedFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ file: MappedFile) -> [UInt8] { file.withUnsafeBytes { [UInt8]($0) } }

  @Test("what a file holds is there, whatever its size", arguments: [0, 1, 4095, 4096, 4097, 1_000_001])
  func contents(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path("a")))
    let file = try MappedFile(folder.path("a"))
    #expect(file.count == count)
    #expect(self.bytes(file) == bytes)
  }

  @Test("a file that another replaces, or that is removed, stays readable")
  func replaced() throws {
    try folder.write("old", to: "a")
    let old = try MappedFile(folder.path("a"))
    try WholeFile.write(Array("new one".utf8), to: folder.path("a"))
    let new = try MappedFile(folder.path("a"))
    try WholeFile.remove(folder.path("a"))
    #expect(bytes(old) == Array("old".utf8))
    #expect(bytes(new) == Array("new one".utf8))
  }

  @Test("a map ends with its file, and a link is followed")
  func unmapping() throws {
    try folder.write("content", to: "unmapped")
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "unmapped")
    func isMapped() throws -> Bool {
      // The system gives this file away in pieces.
      let maps = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/maps"))
      var text = Data()
      while let piece = try maps.read(upToCount: 4096), !piece.isEmpty { text += piece }
      return String(decoding: text, as: UTF8.self).contains(folder.path("unmapped").suffix(20))
    }
    do {
      let file = try MappedFile(folder.path("link"))
      #expect(try isMapped())
      #expect(bytes(file) == Array("content".utf8))
    }
    #expect(try !isMapped())
  }

  @Test("what is no regular file is refused, and none is waited for")
  func refused() throws {
    let missing = folder.path("none")
    #expect(
      line { _ = try MappedFile(missing) }
        == "\(missing): cannot be read: No such file or directory; correct the path, or run the stage that makes it")
    #expect(
      line { _ = try MappedFile(folder.path) } == "\(folder.path): cannot be read: Is a directory; name another path")
    // Nobody writes to this pipe: opened as a file is, it would be waited for without end.
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    for path in [folder.path("pipe"), "/dev/null", "/dev/zero"] {
      #expect(line { _ = try MappedFile(path) } == "\(path): cannot be read: not a regular file; name another path")
    }
  }
}
