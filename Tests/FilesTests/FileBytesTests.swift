import Files
import Foundation
import TestSupport
import Testing

@Suite("FileBytes")
struct FileBytesTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(
    "bytes and digest are a file's, on the disk and in memory",
    // Around the pieces in which a mapped file is hashed.
    arguments: [0, 1, 1 << 22, 1 << 22 + 1, 3 << 22 - 1])
  func contents(_ count: Int) throws {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count { buffer[index] = UInt8(truncatingIfNeeded: index &* 41 ^ index >> 12) }
      initialized = count
    }
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path("a")))
    let mapped = try FileBytes(of: folder.path("a"))
    let digest = FileDigest(bytes: count, sha256: SHA256Digest.hex(of: bytes))
    for content in [mapped, .inMemory(bytes)] {
      #expect(content.count == count)
      #expect(content.digest == digest)
      // Pages that hashing let go are there again.
      #expect(content.copy == bytes)
    }
  }

  @Test("what cannot be read is one line with the file's name")
  func unreadable() throws {
    let missing = folder.path("none")
    #expect(
      line { _ = try FileBytes(of: missing) }
        == "\(missing): cannot be read: No such file or directory; correct the path, or run the stage that makes it")
    #expect(
      line { _ = try FileBytes(of: folder.path) } == "\(folder.path): cannot be read: Is a directory; name another path"
    )
  }

  @Test("to hash a large file takes little memory")
  func memoryOfHashing() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let (count, limit) = (256 << 20, 32 << 20)
      try Data().write(to: URL(fileURLWithPath: folder.path("a")))
      #expect(truncate(folder.path("a"), count) == 0)
      let file = try FileBytes(of: folder.path("a"))
      let before = try residentBytes("VmRSS")
      // Of as many zeros, by sha256sum.
      let sha256 = "a6d72ac7690f53be6ae46ba88506bd97302a093f7108472bd9efc3cefda06484"
      #expect(file.digest == FileDigest(bytes: count, sha256: sha256))
      #expect(try residentBytes("VmHWM") - before < limit)
    }
  }
}
