import Foundation

/// A regular file, mapped into memory: what is read of it comes from the disk then, and nothing is copied.
///
/// A file of which another takes the name, as `FileWriter` does it, stays readable here as it was. What is written into
/// one in place, which no program of ours does, shows; one that is cut short in place ends the process with SIGBUS when
/// the missing part is read.
public final class MappedFile: Sendable {
  /// The mapped bytes; nobody writes to them.
  private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Maps a file.
  /// - Throws: `FileError` when it cannot be opened or mapped, and for a folder, a pipe or a device.
  public init(_ path: String) throws(FileError) {
    // Without O_NONBLOCK, opening a pipe waits for its writer.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(path, cannotBe: .read, POSIXError.last) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw FileError(path, cannotBe: .read, POSIXError.last) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(path, cannotBe: .read, POSIXError(.EISDIR))
    default: throw FileError(path, cannotBe: .read, POSIXError(.EINVAL), reason: "not a regular file")
    }
    let count = Int(status.st_size)
    guard count > 0 else {
      // No map is empty.
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0), start != MAP_FAILED else {
      throw FileError(path, cannotBe: .read, POSIXError.last)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    guard let start = bytes.baseAddress else { return }
    munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
  }

  /// The file's size in bytes, as it was when the file was mapped.
  public var count: Int { bytes.count }

  /// Runs `body` on the file's bytes, which are there as long as it runs.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  /// Lets go of the memory in which bytes lie, as far as nothing else lies in it: they are read from the disk again
  /// when they are asked for. Who reads a large file once keeps little of it in memory so.
  /// - Precondition: the range lies within the file.
  public func letGo(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range of a file lies within it")
    // The system lets go of whole pages, of which the map begins with one.
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound == count ? count : range.upperBound / page * page
    guard let start = bytes.baseAddress, first < end else { return }
    // Where the system does not do it, only memory is lost.
    madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
  }

  /// Runs `body` on the bytes from first to last, a piece at a time, and lets each piece go then: however large the
  /// file, little of it is in memory at once.
  func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) {
    // A multiple of every page's size: the system lets go of whole pages.
    let pieceByteCount = 1 << 22
    for start in stride(from: 0, to: count, by: pieceByteCount) {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + pieceByteCount, count)])
      body(piece)
      letGo(start..<start + piece.count)
    }
  }
}
