import Foundation

/// Files that appear together or not at all, in a folder that other installers may be writing to as well.
///
/// All files are first written beside their final places under temporary names and flushed to the disk; only when
/// that has succeeded for every one of them are they renamed, in the order in which they were added. A file is thus
/// never seen half written, and whatever goes wrong before the first rename leaves everything as it was.
struct Installation: ~Copyable {
  private let root: URL
  private let lock: Int32
  private var staged: [(temporary: String, final: URL)] = []

  /// Waits for other installers in `root`, makes the folders that are missing, and removes what killed installers
  /// left behind.
  init(in root: URL, folders: [String]) throws(LocalFileError) {
    let places = [root] + folders.map { root.appendingPathComponent($0) }
    for place in places { try Self.make(place) }
    let lock = try Self.lock(root, sweeping: places)
    self.root = root
    self.lock = lock
  }

  deinit {
    for file in staged { unlink(file.temporary) }
    close(lock)
  }

  /// Writes `bytes` beside the place where the file `path`, relative to the root, will appear.
  mutating func add(_ bytes: [UInt8], path: String) throws(LocalFileError) {
    let final = root.appendingPathComponent(path)
    let temporary = final.deletingLastPathComponent().path + "/" + Self.prefix + UUID().uuidString
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .failed(file: final.path, action: "create", code: errno) }
    staged.append((temporary, final))
    let code = Self.write(bytes, to: file)
    guard close(file) == 0 || code != 0 else { throw .failed(file: final.path, action: "close", code: errno) }
    guard code == 0 else { throw .failed(file: final.path, action: "write", code: code) }
  }

  /// Gives every file its final name.
  mutating func commit() throws(LocalFileError) {
    while let file = staged.first {
      guard rename(file.temporary, file.final.path) == 0 else {
        throw .failed(file: file.final.path, action: "install", code: errno)
      }
      staged.removeFirst()
      Self.flush(folder: file.final.deletingLastPathComponent().path)
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

  // Returns 0 or the system's error.
  private static func write(_ bytes: [UInt8], to file: Int32) -> Int32 {
    let code = bytes.withUnsafeBytes { buffer -> Int32 in
      var rest = buffer[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = Foundation.write(file, part.baseAddress, part.count)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = rest.dropFirst(count)
      }
      return 0
    }
    guard code == 0 else { return code }
    return fsync(file) == 0 ? 0 : errno
  }

  // So that the new name outlives a power cut. Folders that cannot be flushed lose only that.
  private static func flush(folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
