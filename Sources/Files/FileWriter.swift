import Crypto
import Foundation

/// Writes a file piece by piece, so that it appears whole or not at all.
///
/// The pieces go to a temporary file beside the place where the file will be. `finish` syncs that to the disk, renames
/// it and syncs the folder. A writer that is let go before that removes its temporary file; only a process that is
/// killed leaves one. Writers to one place do not disturb each other: who finishes last has the file. What takes long can
/// be gone on with by the next process, where the temporary file has a name that is known (`FileWriter+Resuming.swift`).
///
/// Each piece is one system call, so pieces should not be tiny.
public final class FileWriter {
  /// Where the file will be.
  public let path: String
  /// Where it is until then.
  private let temporary: String
  /// The temporary file, nil once it is closed.
  private var descriptor: Int32?
  /// What is written.
  /// Whether the temporary file is there: not yet renamed, not yet removed.
  private var isPending = true
  private var hasher = SHA256()
  private var byteCount = 0

  /// Begins a file. Folders are made as needed.
  /// - Throws: `FileError`.
  public convenience init(_ path: String) throws(FileError) {
    try self.init(path, temporaryPrefix: ".\(URL(fileURLWithPath: path).lastPathComponent).")
  }

  /// Begins a file whose temporary name starts with `temporaryPrefix`, by which what killed processes leave is found.
  /// - Throws: `FileError`.
  package convenience init(_ path: String, temporaryPrefix: String) throws(FileError) {
    try WholeFile.makeFolder(for: path)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    var (name, file): (String, Int32)
    repeat {
      // Eight digits: a name that fits its folder must fit with them too.
      let digits = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
      name = folder.appendingPathComponent("\(temporaryPrefix)\(digits).tmp").path
      file = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    } while file < 0 && (errno == EEXIST || errno == EINTR)
    guard file >= 0 else { throw FileError(path, cannotBe: .written, POSIXError.last) }
    self.init(path, temporary: name, file)
  }

  /// Begins a file in an open temporary one, which is empty.
  init(_ path: String, temporary: String, _ file: Int32) {
    (self.path, self.temporary, descriptor) = (path, temporary, file)
  }

  deinit { discard() }

  /// Appends a piece.
  /// - Throws: `FileError`; the file is then abandoned.
  /// - Precondition: the writer has neither finished nor failed.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = write(file, rest.baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
    count(bytes)
  }

  /// Takes in bytes that the file has.
  func count(_ bytes: UnsafeRawBufferPointer) {
    hasher.update(bufferPointer: bytes)
    byteCount += bytes.count
  }

  /// The size and the digest of what is written so far.
  public var written: FileDigest { FileDigest(bytes: byteCount, sha256: SHA256Digest.hex(hasher.finalize())) }

  /// Takes back all that is written.
  /// - Throws: `FileError`; the file is then abandoned.
  package func restart() throws(FileError) {
    guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else { throw failure() }
    (hasher, byteCount) = (SHA256(), 0)
  }

  /// Whether what is written begins so; false where it cannot be read.
  package func begins(with bytes: [UInt8]) -> Bool {
    guard byteCount >= bytes.count else { return false }
    var found = [UInt8](repeating: 0, count: bytes.count)
    return pread(file, &found, found.count, 0) == found.count && found == bytes
  }

  /// Appends a piece likewise.
  public func append(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { buffer throws(FileError) in try append(UnsafeRawBufferPointer(buffer)) }
  }

  /// Puts the file in its place, on the disk and for good.
  /// - Returns: its size and digest.
  /// - Throws: `FileError`; an older file of that name is then still as it was, unless only its folder was not synced.
  /// - Precondition: the writer has neither finished nor failed.
  public func finish() throws(FileError) -> FileDigest {
    let digest = try seal()
    try place()
    try syncFolder()
    return digest
  }

  // MARK: The steps of finish, for who places several files together

  /// Ends the temporary file: all of it is on the disk.
  package func seal() throws(FileError) -> FileDigest {
    guard fsync(file) == 0 else { throw failure() }
    let isClosed = close(file) == 0
    descriptor = nil
    guard isClosed else { throw failure() }
    return written
  }

  /// Gives the sealed file its name.
  package func place() throws(FileError) {
    precondition(descriptor == nil && isPending, "a file is sealed before it is placed, and placed once")
    guard rename(temporary, path) == 0 else { throw failure() }
    isPending = false
  }

  /// Syncs the folder, so that the new name outlives a power cut.
  package func syncFolder() throws(FileError) {
    let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw failure() }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw failure() }
  }

  /// The open temporary file.
  var file: Int32 {
    guard let descriptor else { preconditionFailure("\(path): written to after its end") }
    return descriptor
  }

  /// What the last system call says; nothing stays of the temporary file.
  func failure() -> FileError {
    let error = POSIXError.last
    discard()
    return FileError(path, cannotBe: .written, error)
  }

  /// Lets go of the temporary file without removing it.
  func leave() {
    isPending = false
    discard()
  }

  private func discard() {
    if let descriptor { close(descriptor) }
    if isPending { unlink(temporary) }
    (descriptor, isPending) = (nil, false)
  }
}
