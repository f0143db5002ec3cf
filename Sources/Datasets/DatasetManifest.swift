import Foundation

/// What a data set is, byte for byte: the one output of the stage that installs it and the one data input of those
/// that follow. It says nothing of when, where and from whence, so the same data give the same manifest.
public struct DatasetManifest: Sendable, Equatable {
  /// One file of the data set.
  public struct File: Sendable, Equatable {
    /// The file's part.
    public let role: DatasetRole
    /// Where it lies, relative to the manifest's folder.
    public let path: String
    /// Its size.
    public let bytes: Int
    /// Its SHA-256, 64 lower-case hexadecimal digits.
    public let sha256: String
  }

  /// The version of the manifest's form, the only one that this program reads.
  public static let format = 1
  /// The manifest's file name.
  public static let fileName = "manifest.json"

  /// Which data set it is.
  public let dataset: DatasetName
  /// The four files, in the order of `DatasetRole.allCases`.
  public let files: [File]

  /// The manifest of files that lie in the folder named after the data set.
  /// - Precondition: `files` holds one size and digest for each role.
  public init(dataset: DatasetName, files: [DatasetRole: (bytes: Int, sha256: String)]) {
    self.dataset = dataset
    self.files = DatasetRole.allCases.map { role in
      guard let file = files[role] else { preconditionFailure("a data set has \(role.rawValue)") }
      return File(
        role: role, path: "\(dataset.rawValue)/\(role.fileName)", bytes: file.bytes, sha256: file.sha256)
    }
  }

  /// The entry for a role.
  public subscript(role: DatasetRole) -> File { files[DatasetRole.allCases.firstIndex(of: role) ?? 0] }

  /// The manifest's text: JSON with sorted keys, ended by a newline.
  ///
  /// Written here, not by an encoder, because its bytes must not change with a release of Foundation. No value
  /// holds a character that JSON escapes.
  public var encoded: String {
    let entries = files.map { file in
      """
          {
            "bytes": \(file.bytes),
            "path": "\(file.path)",
            "role": "\(file.role.rawValue)",
            "sha256": "\(file.sha256)"
          }
      """
    }
    return """
      {
        "dataset": "\(dataset.rawValue)",
        "files": [
      \(entries.joined(separator: ",\n"))
        ],
        "format": \(Self.format)
      }

      """
  }
}
