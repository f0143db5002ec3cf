import Foundation

/// Files on this machine, read and written with errors that say which file and why.
enum LocalFile {
  /// The size of the regular file at `url`, following links, or nil when there is nothing.
  static func size(of url: URL) throws(LocalFileError) -> Int? {
    var status = stat()
    guard stat(url.path, &status) == 0 else {
      let code = errno
      if code == ENOENT { return nil }
      throw .failed(file: url.path, action: "look at", code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(file: url.path) }
    return Int(status.st_size)
  }

  /// All bytes of a file.
  ///
  /// A file over `limit` is an error before it is read, so a wrong file costs no memory.
  static func read(_ url: URL, limit: Int) throws -> [UInt8] {
    guard let size = try size(of: url) else { throw LocalFileError.missing(file: url.path) }
    guard size <= limit else { throw LocalFileError.tooLarge(file: url.path, limit: limit, found: size) }
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }
    // One byte more than the limit, in case the file has grown since.
    let data = try handle.read(upToCount: limit + 1) ?? Data()
    guard data.count <= limit else {
      throw LocalFileError.tooLarge(file: url.path, limit: limit, found: data.count)
    }
    return Array(data)
  }
}

/// What can go wrong with a file on this machine.
public enum LocalFileError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(file: String)
  /// It is a folder or a device.
  case notAFile(file: String)
  /// It is larger than it can be.
  case tooLarge(file: String, limit: Int, found: Int)
  /// The system refused.
  case failed(file: String, action: String, code: Int32)

  /// One line: the file, what was expected, what was found.
  public var description: String {
    switch self {
    case .missing(let file): "\(file): expected a file, found nothing"
    case .notAFile(let file): "\(file): expected a regular file, found something else"
    case .tooLarge(let file, let limit, let found): "\(file): expected at most \(limit) bytes, found \(found)"
    case .failed(let file, let action, let code):
      "\(file): could not \(action) it: \(String(cString: strerror(code))); check its folder's permissions and "
        + "the room on the disk"
    }
  }
}
