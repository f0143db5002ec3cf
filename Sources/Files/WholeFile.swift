import Foundation

/// Files, read whole and written whole.
public enum WholeFile {
  /// A file's bytes.
  /// - Throws: `FileError` naming the file.
  public static func read(_ path: String) throws(FileError) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw FileError(path, cannotBe: .read, error)
    }
  }

  /// Writes a file so that it appears whole or not at all, as `FileWriter` does. Folders are made as needed.
  /// - Returns: the file's size and digest.
  /// - Throws: `FileError`; an older file of that name is then still as it was.
  @discardableResult
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) -> FileDigest {
    let writer = try FileWriter(path)
    try writer.append(bytes)
    return try writer.finish()
  }

  /// Removes a file; one that is not there is gone already.
  /// - Throws: `FileError` naming the file.
  public static func remove(_ path: String) throws(FileError) {
    guard unlink(path) != 0, errno != ENOENT, errno != ENOTDIR else { return }
    throw FileError(path, cannotBe: .removed, POSIXError.last)
  }

  /// Makes the folder that a file is to lie in, and those above it, unless they are there.
  /// - Throws: `FileError` naming the file.
  public static func makeFolder(for path: String) throws(FileError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
      let reason = isThere && !isFolder.boolValue ? "\(folder.lastPathComponent) is not a folder" : nil
      throw FileError(path, cannotBe: .written, error, reason: reason)
    }
  }
}
