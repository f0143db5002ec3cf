import Foundation

/// Files, read whole and written whole.
public enum WholeFile {
  /// A file's bytes.
  /// - Throws: `FileError` naming the file.
  public static func read(_ path: String) throws -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw FileError(
        path: path, problem: "cannot be read", reason: reason(error), advice: advice(error, isWriting: false))
    }
  }

  /// Writes a file so that it appears whole or not at all: a temporary file beside it, synced, then renamed, then the
  /// folder synced. Folders are made as needed.
  /// - Throws: `FileError`; an older file of that name is then still as it was.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent()
    let temporary = folder.appendingPathComponent(".\(url.lastPathComponent).\(getpid()).tmp").path
    try makeFolder(for: path)
    do {
      do {
        try writeAndSync(bytes, to: temporary)
        guard rename(temporary, path) == 0 else { throw POSIXError.last }
      } catch {
        unlink(temporary)
        throw error
      }
      try sync(folder.path)
    } catch {
      throw FileError(
        path: path, problem: "cannot be written", reason: reason(error), advice: advice(error, isWriting: true))
    }
  }

  /// Removes a file; one that is not there is gone already.
  /// - Throws: `FileError` naming the file.
  public static func remove(_ path: String) throws {
    guard unlink(path) != 0, errno != ENOENT, errno != ENOTDIR else { return }
    let error = POSIXError.last
    throw FileError(
      path: path, problem: "cannot be removed", reason: reason(error), advice: advice(error, isWriting: true))
  }

  /// Makes the folder that a file is to lie in, and those above it, unless they are there.
  /// - Throws: `FileError` naming the file.
  public static func makeFolder(for path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
      let reason = isThere && !isFolder.boolValue ? "\(folder.lastPathComponent) is not a folder" : reason(error)
      throw FileError(path: path, problem: "cannot be written", reason: reason, advice: advice(error, isWriting: true))
    }
  }

  private static func writeAndSync(_ bytes: [UInt8], to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw POSIXError.last }
    defer { close(file) }
    try bytes.withUnsafeBytes { buffer in
      var rest = buffer
      while !rest.isEmpty {
        let written = Foundation.write(file, rest.baseAddress, rest.count)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw POSIXError.last }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
    guard fsync(file) == 0 else { throw POSIXError.last }
  }

  private static func sync(_ folder: String) throws {
    let file = open(folder, O_RDONLY)
    guard file >= 0 else { throw POSIXError.last }
    defer { close(file) }
    guard fsync(file) == 0 else { throw POSIXError.last }
  }

  /// The system's own word for what happened, nil where Foundation keeps it.
  private static func code(_ error: any Error) -> POSIXErrorCode? {
    (error as? POSIXError ?? (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError)?.code
  }

  private static func reason(_ error: any Error) -> String {
    code(error).map { String(cString: strerror($0.rawValue)) } ?? (error as NSError).localizedDescription
  }

  /// What a person can do about it.
  private static func advice(_ error: any Error, isWriting: Bool) -> String {
    switch code(error) {
    case .ENOENT where !isWriting: "correct the path, or run the stage that makes it"
    case .EACCES, .EPERM, .EROFS: isWriting ? "make the folder writable, or name another" : "make the file readable"
    case .ENOSPC, .EDQUOT, .EFBIG: "make room, or lift the limit, and run again"
    case .EIO: "check the disk, and run again"
    default: "name another path"
    }
  }
}

extension POSIXError {
  /// The error that the last system call left.
  fileprivate static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}

/// A file that could not be read or written.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What cannot be done with it.
  public let problem: String
  /// Why.
  public let reason: String
  /// What to do.
  public let advice: String

  /// `train/model.safetensors: cannot be read: No such file or directory; correct the path, or run the stage that
  /// makes it`.
  public var description: String { "\(path): \(problem): \(reason); \(advice)" }
}
