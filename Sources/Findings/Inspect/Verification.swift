import Catalog
import Files
import Foundation
import Tables

/// The files on disk, held against the digests that the catalog has of them.
package struct Verification {
  /// A line for each output that is not what the run that last wrote it left.
  package private(set) var differences: [String] = []
  /// A line for each input or config that is not what the run that last read it found: what that run made is out of
  /// date, or the file was damaged since.
  package private(set) var warnings: [String] = []
  /// How many outputs were compared.
  package private(set) var checked = 0
  /// How many outputs are no longer there.
  package private(set) var gone = 0

  /// Reads every file that is there. Paths are as runs recorded them: relative to the folder that they ran in.
  /// - Parameter folder: that folder, nil for the working directory.
  package init(of catalog: Catalog, in folder: String? = nil) throws {
    var known: [String: String?] = [:]
    for (location, file) in try Self.newest(catalog.newestFiles(), in: folder) {
      let now = known[location] ?? Self.state(of: location)
      known[location] = .some(now)
      let isOutput = file.role == .output
      guard let now else {
        if isOutput { gone += 1 }
        continue
      }
      if isOutput { checked += 1 }
      guard now != file.artifact.sha256 else { continue }
      let found = SHA256Digest.isWellFormed(now) ? String(now.prefix(12)) : now
      let line = PlainText.oneLine(
        "\(file.artifact.path): recorded \(file.artifact.shortDigest) \(isOutput ? "by" : "as read by") "
          + "run \(file.run) (\(file.stage)), found \(found)")
      if isOutput { differences.append(line) } else { warnings.append(line) }
    }
  }

  /// What was looked at, in a line.
  package var summary: String {
    "\(checked) output\(checked == 1 ? "" : "s") on disk as recorded, \(gone) no longer on disk"
  }

  /// The files with where they lie. Of `./model` and `model` the newer: one file under two names.
  private static func newest(
    _ files: [Catalog.RecordedFile], in folder: String?
  ) -> [(location: String, file: Catalog.RecordedFile)] {
    struct Key: Hashable {
      let location: String
      let isOutput: Bool
    }
    let located = files.map { file in
      let path = file.artifact.path
      let whole = path.hasPrefix("/") ? path : folder.map { "\($0)/\(path)" } ?? path
      let location = URL(fileURLWithPath: whole).standardizedFileURL.path
      return (key: Key(location: location, isOutput: file.role == .output), file: file)
    }
    var newest: [Key: Int64] = [:]
    for (key, file) in located { newest[key] = max(newest[key] ?? 0, file.run) }
    return located.filter { newest[$0.key] == $0.file.run }.map { ($0.key.location, $0.file) }
  }

  /// The digest of the file, what is wrong with it, or nil when there is none.
  private static func state(of location: String) -> String? {
    let target = URL(fileURLWithPath: location).resolvingSymlinksInPath()
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: target.path) else { return nil }
    // A catalog may come from anywhere, and a device or a pipe never ends.
    guard attributes[.type] as? FileAttributeType == .typeRegular else { return "what is not a file" }
    return (try? SHA256Digest.ofFile(at: target).sha256) ?? "a file that cannot be read"
  }
}
