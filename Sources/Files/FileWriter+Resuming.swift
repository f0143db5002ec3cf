import Foundation

/// A file that takes long to write lies at a known place until it is whole, so that the next process goes on with what a
/// killed one left there.
extension FileWriter {
  /// Where the file of a path lies until it is whole.
  public static func partialPath(of path: String) -> String { path + ".partial" }

  /// Begins a file at its partial path; what a killed process left there is lost. Folders are made as needed.
  /// - Throws: `FileError`, also where another process is writing it.
  public convenience init(resumable path: String) throws(FileError) {
    try WholeFile.makeFolder(for: path)
    try self.init(path, opening: O_CREAT)
    try restart()
  }

  /// Goes on with what a killed process left at the partial path: with its first bytes, which must be those that `mark`
  /// tells of. What is behind them is taken away.
  /// - Throws: `FileError`, also where another process is writing it; `PartialFileError` where the bytes are others: they
  ///   stay as they are.
  public convenience init(resuming path: String, at mark: FileDigest) throws {
    try self.init(path, opening: 0)
    do {
      try read(upTo: mark.bytes)
      guard written == mark else { throw PartialFileError(path: Self.partialPath(of: path), expected: mark.bytes) }
    } catch {
      leave()
      throw error
    }
    guard ftruncate(file, off_t(mark.bytes)) == 0 else { throw failure() }
  }

  /// Opens the partial file for this process alone.
  private convenience init(_ path: String, opening flags: Int32) throws(FileError) {
    let partial = Self.partialPath(of: path)
    let file = open(partial, O_RDWR | O_CLOEXEC | flags, 0o644)
    guard file >= 0 else { throw FileError(partial, cannotBe: .written, POSIXError.last) }
    // The lock goes with the process, however that ends.
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let error = POSIXError.last
      close(file)
      throw FileError(partial, cannotBe: .written, error, reason: "another process is writing it")
    }
    self.init(path, temporary: partial, file)
  }

  /// Takes in what the file has, as far as wanted and as there is.
  private func read(upTo end: Int) throws(FileError) {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { piece.deallocate() }
    var rest = end
    while rest > 0 {
      let found = Foundation.read(file, piece.baseAddress, min(piece.count, rest))
      if found < 0 && errno == EINTR { continue }
      guard found >= 0 else { throw FileError(Self.partialPath(of: path), cannotBe: .read, POSIXError.last) }
      guard found > 0 else { return }
      count(UnsafeRawBufferPointer(rebasing: piece[..<found]))
      rest -= found
    }
  }
}

/// A partial file that does not hold what was written into it.
public struct PartialFileError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// How many bytes were to be there.
  public let expected: Int

  /// One line.
  public var description: String { "\(path): expected the \(expected) bytes that were written, found damage" }
}
