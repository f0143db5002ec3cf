import Files

/// The files of one call of a program, by the options that name them: what it writes must be none of the others, or it
/// would be lost.
public struct DistinctFiles {
  /// A path, and the option that named it.
  private struct Named {
    let option: String
    let path: String
  }

  private var read: [Named] = []
  private var written: [Named] = []

  /// No files.
  public init() {}

  /// With files that are read.
  public func reading(_ option: String, _ paths: [String?]) -> DistinctFiles {
    var files = self
    files.read += paths.compactMap { $0.map { Named(option: option, path: $0) } }
    return files
  }

  /// With files that are written.
  public func writing(_ option: String, _ paths: [String?]) -> DistinctFiles {
    var files = self
    files.written += paths.compactMap { $0.map { Named(option: option, path: $0) } }
    return files
  }

  /// With a catalog: it is read and written, and SQLite keeps files beside it.
  public func catalog(_ path: String?) -> DistinctFiles {
    reading("--catalog", path.map { path in ["", "-journal", "-wal", "-shm"].map { path + $0 } } ?? [])
  }

  /// Refuses a file that is written and named again. Nothing is opened, and none has to be there.
  /// - Throws: `SameFileError` for the first.
  public func check() throws {
    var others: [FileIdentity: Named] = [:]
    for file in read { others[FileIdentity(path: file.path)] = file }
    for file in written {
      if let other = others.updateValue(file, forKey: FileIdentity(path: file.path)) {
        throw SameFileError(
          option: file.option, path: file.path, otherOption: other.option, otherPath: other.path)
      }
    }
  }
}

/// A file that a program was to write and that it was given as another one too.
public struct SameFileError: Error, Equatable, CustomStringConvertible {
  /// What was to be written.
  public let option: String
  /// Its path.
  public let path: String
  /// What else names the file.
  public let otherOption: String
  /// By which path.
  public let otherPath: String

  /// `--output a.json: the same file as --input b.json, which would be lost; name another`.
  public var description: String {
    "\(option) \(path): the same file as \(otherOption) \(otherPath), which would be lost; name another"
  }
}
