import Compression
import Foundation

/// The names in a folder, sorted by their bytes, without those that begin with a dot.
struct FolderContent {
  let files: [String]
  let folders: [String]

  init(_ folder: URL) throws(ImportError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw .unreadable(folder: folder.path)
    }
    var (files, folders): ([String], [String]) = ([], [])
    for name in names.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) where name.first != "." {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path, isDirectory: &isFolder)
      if isFolder.boolValue { folders.append(name) } else { files.append(name) }
    }
    (self.files, self.folders) = (files, folders)
  }
}

extension LocalFile {
  /// No file of a data set is larger, packed or unpacked: 4 GiB.
  static let largestSource = 1 << 32

  /// All bytes of a file of a data set, unpacked where its name ends in `.gz`.
  static func source(_ url: URL) throws -> [UInt8] {
    let bytes = try read(url, limit: largestSource)
    return url.pathExtension == "gz" ? try Gzip.inflate(bytes, file: url.path, limit: largestSource) : bytes
  }
}
