import Files
import Foundation

/// Files that appear together or not at all, in a folder that other installers may be writing to as well.
///
/// All files are first written beside their final places under temporary names and flushed to the disk; only when
/// that has succeeded for every one of them are they renamed, in the order in which they were added. A file is thus
/// never seen half written, and whatever goes wrong before the first rename leaves everything as it was.
struct Installation: ~Copyable {
  private let root: URL
  private let lock: Int32
  /// Those that are written and not yet renamed; one that never is removes itself.
  private var staged: [FileWriter] = []

  /// Waits for other installers in `root`, makes the folders that are missing, and removes what killed installers
  /// left behind.
  init(in root: URL, folders: [String]) throws(LocalFileError) {
    let places = [root] + folders.map { root.appendingPathComponent($0) }
    for place in places { try Self.make(place) }
    let lock = try Self.lock(root, sweeping: places)
    self.root = root
    self.lock = lock
  }

  deinit { close(lock) }

  /// Writes `bytes` beside the place where the file `path`, relative to the root, will appear.
  /// - Returns: the file's size and digest.
  mutating func add(_ bytes: [UInt8], path: String) throws(LocalFileError) -> FileDigest {
    let final = root.appendingPathComponent(path).path
    let file = try Self.attempt("create", final) { () throws(FileError) in
      try FileWriter(final, temporaryPrefix: Self.prefix)
    }
    return try Self.attempt("write", final) { () throws(FileError) in
      try file.append(bytes)
      let digest = try file.seal()
      staged.append(file)
      return digest
    }
  }

  /// Gives every file its final name.
  mutating func commit() throws(LocalFileError) {
    while let file = staged.first {
      try Self.attempt("install", file.path) { () throws(FileError) in try file.place() }
      staged.removeFirst()
      // Folders that cannot be flushed lose only that the new name outlives a power cut.
      try? file.syncFolder()
    }
  }

  /// Does a step of writing a file, and says which it was when it fails.
  private static func attempt<Result>(
    _ action: String, _ file: String, _ step: () throws(FileError) -> Result
  ) throws(LocalFileError) -> Result {
    do {
      return try step()
    } catch {
      throw .failed(file: file, action: action, code: error.code ?? EIO)
    }
  }

  // No name that a person would choose, so that sweeping removes nothing else.
  private static let prefix = ".octavo-unfinished-"

  private static func make(_ folder: URL) throws(LocalFileError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
      throw .failed(
        file: folder.path, action: "make",
        code: cause.domain == NSPOSIXErrorDomain ? Int32(cause.code) : ENOTDIR)
    }
  }

  // The lock is on the folder itself: it ends with the process, and no lock file stays behind.
  private static func lock(_ root: URL, sweeping folders: [URL]) throws(LocalFileError) -> Int32 {
    let descriptor = open(root.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .failed(file: root.path, action: "open", code: errno) }
    var status: Int32
    repeat { status = flock(descriptor, LOCK_EX) } while status != 0 && errno == EINTR
    // Some network file systems lock no folders. Renames are still whole there; but then an unfinished file may
    // be another installer's, so it stays.
    if status == 0 { for folder in folders { sweep(folder) } }
    return descriptor
  }

  private static func sweep(_ folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) { unlink(folder.path + "/" + name) }
  }
}
