import Foundation

/// Which file a path means: two paths with one identity are one file, by whatever name, symbolic or hard link.
public enum FileIdentity: Hashable, Sendable {
  /// A file that is there.
  case existing(device: UInt64, inode: UInt64)
  /// A file that is not: the nearest folder above it that is, and the names below that, innermost first.
  case missing(device: UInt64, inode: UInt64, names: [String])

  /// Links that lead to each other must come to an end.
  private static let mostLinks = 40

  /// The file that a path means now; a path without a first slash starts at the working folder.
  public init(path: String) {
    var path = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    var (names, ups, links): ([String], Int, Int) = ([], 0, 0)
    var isCancelled = false
    while true {
      if let (device, inode) = Self.status(of: path) {
        guard ups == 0 else {
          path += String(repeating: "/..", count: ups)
          ups = 0
          continue
        }
        if isCancelled, !names.isEmpty {
          // `new/../a` is `a`, which may be there though `new` is not.
          path += "/" + names.reversed().joined(separator: "/")
          (names, isCancelled) = ([], false)
          continue
        }
        self =
          names.isEmpty
          ? .existing(device: device, inode: inode) : .missing(device: device, inode: inode, names: names)
        return
      }
      let slash = path.lastIndex(of: "/") ?? path.startIndex
      let (folder, name) = (path[..<slash], path[slash...].dropFirst())
      if links < Self.mostLinks, let target = Self.target(of: path) {
        // A link to a file that is not there: it is the file there.
        links += 1
        path = target.hasPrefix("/") ? target : "\(folder)/\(target)"
        continue
      }
      switch name {
      case "", ".": break
      case "..": ups += 1
      default:
        if ups > 0 { (ups, isCancelled) = (ups - 1, true) } else { names.append(String(name)) }
      }
      path = folder.isEmpty ? "/" : String(folder)
    }
  }

  private static func status(of path: String) -> (device: UInt64, inode: UInt64)? {
    var status = stat()
    return stat(path, &status) == 0 ? (UInt64(status.st_dev), UInt64(status.st_ino)) : nil
  }

  /// What a symbolic link says, nil of anything else.
  private static func target(of path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }
}
