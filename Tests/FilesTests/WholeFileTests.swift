import Files
import Foundation
import TestSupport
import Testing

@Suite("WholeFile")
struct WholeFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(
    "what is written is read, whatever its size",
    // Around a pipe's 64 KiB, and far beyond what one write may take.
    arguments: [0, 1, 4095, 65_535, 65_536, 65_537, 5_000_000])
  func roundTrip(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try WholeFile.write(bytes, to: folder.path("a"))
    #expect(try WholeFile.read(folder.path("a")) == bytes)
    #expect(try folder.files() == ["a"])
  }

  @Test("what is removed is gone; what is gone need not be; a folder is none of it")
  func removing() throws {
    try folder.write("a", to: "a")
    try WholeFile.remove(folder.path("a"))
    try WholeFile.remove(folder.path("a"))
    try WholeFile.remove(folder.path("none/a"))
    #expect(try folder.files() == [])
    try folder.write("b", to: "b")
    try WholeFile.remove(folder.path("b/c"))
    #expect(try folder.text("b") == "b")
    let error = line { try WholeFile.remove(folder.path) }
    #expect(error?.hasPrefix("\(folder.path): cannot be removed: ") == true && error?.isOneLine == true)
  }

  @Test("missing folders are made")
  func folders() throws {
    try WholeFile.write([1], to: folder.path("b/c/d"))
    #expect(try WholeFile.read(folder.path("b/c/d")) == [1])
    #expect(try folder.files() == ["b", "b/c", "b/c/d"])
  }

  @Test("an existing file is replaced, a longer one too, and nothing stays beside it")
  func replacing() throws {
    try folder.write("a long text", to: "a")
    try WholeFile.write([UInt8]("short".utf8), to: folder.path("a"))
    #expect(try folder.text("a") == "short")
    #expect(try folder.files() == ["a"])
  }

  @Test("a path below a file is refused, and the file stays as it is")
  func belowFile() throws {
    try folder.write("content", to: "file")
    for path in ["file/a", "file/b/a"] {
      let error = line { try WholeFile.write([1], to: folder.path(path)) }
      #expect(error?.hasPrefix("\(folder.path(path)): cannot be written: ") == true)
      #expect(error?.isOneLine == true)
    }
    #expect(throws: FileError.self) { try WholeFile.write([1], to: folder.path("file/a")) }
    #expect(
      line { try WholeFile.write([1], to: folder.path("file/a")) }?.hasSuffix(
        ": file is not a folder; name another path") == true)
    #expect(try folder.text("file") == "content")
    #expect(try folder.files() == ["file"])
  }

  @Test("a folder is not replaced by a file, and no temporary stays beside it")
  func overFolder() throws {
    try FileManager.default.createDirectory(atPath: folder.path("a/b"), withIntermediateDirectories: true)
    #expect(
      line { try WholeFile.write([1], to: folder.path("a")) }
        == "\(folder.path("a")): cannot be written: Is a directory; name another path")
    #expect(try folder.files() == ["a", "a/b"])
  }

  @Test("what cannot be read is one line with the file's name")
  func unreadable() throws {
    let missing = folder.path("none")
    #expect(
      line { _ = try WholeFile.read(missing) }
        == "\(missing): cannot be read: No such file or directory; correct the path, or run the stage that makes it")
    #expect(
      line { _ = try WholeFile.read(folder.path) }
        == "\(folder.path): cannot be read: Is a directory; name another path")
    try folder.write("", to: "file")
    #expect(
      line { _ = try WholeFile.read(folder.path("file/x")) }
        == "\(folder.path("file/x")): cannot be read: Not a directory; name another path")
  }

  @Test(
    "SHA-256, by FIPS 180-4's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func sha256(_ text: String, _ digest: String) {
    #expect(SHA256Digest.hex(of: [UInt8](text.utf8)) == digest)
  }
}
