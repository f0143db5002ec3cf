import Files
import Foundation
import TestSupport
import Testing

@Suite("A file that the next process goes on with")
struct FileWriterResumingTests {
  private let folder: TemporaryFolder
  private let path: String
  private var partial: String { FileWriter.partialPath(of: path) }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("b/a")
  }

  /// Longer than the piece that is read at once.
  private let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }

  private func mark(_ count: Int) -> FileDigest {
    FileDigest(bytes: count, sha256: SHA256Digest.hex(of: bytes[..<count]))
  }

  /// Leaves a partial file as a killed process does.
  private func leave(_ bytes: some Sequence<UInt8>) throws {
    try WholeFile.makeFolder(for: path)
    try Data(bytes).write(to: URL(fileURLWithPath: partial))
  }

  @Test("what is told of stays, what is behind it goes, and the end is as if nothing had been", arguments: [0, 1, 7])
  func resumed(_ torn: Int) throws {
    for count in [0, 1, 1 << 20, (1 << 20) + 1, bytes.count] {
      try leave(bytes[..<count] + [UInt8](repeating: 0xEE, count: torn))
      let writer = try FileWriter(resuming: path, at: mark(count))
      #expect(writer.written == mark(count))
      #expect(try folder.files() == ["b", "b/a.partial"])
      try writer.append(Array(bytes[count...]))
      #expect(try writer.finish() == mark(bytes.count))
      #expect(try WholeFile.read(path) == bytes)
      #expect(try folder.files() == ["b", "b/a"])
      try WholeFile.remove(path)
    }
  }

  @Test("a new file lies at the partial path until it is whole; what was there is lost")
  func new() throws {
    try leave(bytes[..<100])
    let writer = try FileWriter(resumable: path)
    #expect(try WholeFile.read(partial) == [])
    try writer.append([1, 2])
    #expect(try WholeFile.read(partial) == [1, 2] && writer.written.bytes == 2)
    _ = try writer.finish()
    #expect(try WholeFile.read(path) == [1, 2])
    #expect(try folder.files() == ["b", "b/a"])
  }

  @Test("bytes that are others, or too few, are refused, and stay as they are")
  func damaged() throws {
    for damaged in [[UInt8](bytes[..<9]), [], [UInt8](bytes[..<5]) + [bytes[5] ^ 1] + bytes[6..<20]] {
      try leave(damaged)
      #expect(
        line { _ = try FileWriter(resuming: path, at: mark(10)) }
          == "\(partial): expected the 10 bytes that were written, found damage")
      #expect(try WholeFile.read(partial) == damaged)
    }
    try WholeFile.remove(partial)
    #expect(
      line { _ = try FileWriter(resuming: path, at: mark(10)) }?.hasPrefix(
        "\(partial): cannot be written: No such file")
        == true)
  }

  @Test("a writer that is let go leaves nothing")
  func abandoned() throws {
    do { try FileWriter(resumable: path).append([1]) }
    #expect(try folder.files() == ["b"])
  }

  @Test("two writers at one place: the second is refused, and disturbs nothing", arguments: [false, true])
  func locked(_ resumes: Bool) throws {
    let first = try FileWriter(resumable: path)
    try first.append([1, 2, 3])
    let found = line {
      _ = resumes ? try FileWriter(resuming: path, at: first.written) : try FileWriter(resumable: path)
    }
    #expect(
      found == "\(partial): cannot be written: another process is writing it; wait for its end, or name another path")
    _ = try first.finish()
    #expect(try WholeFile.read(path) == [1, 2, 3])
  }

  @Test("a killed process leaves what it wrote")
  func killed() async throws {
    let path = folder.path("c")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let writer = try FileWriter(resumable: path)
      try writer.append([1, 2, 3])
      kill(getpid(), SIGKILL)
      withExtendedLifetime(writer) {}
    }
    #expect(try WholeFile.read(FileWriter.partialPath(of: path)) == [1, 2, 3])
  }
}
