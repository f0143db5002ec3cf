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
  /// What the classes are called, label 0 first; nil for the ten digits of a data set that is built in.
  public let classes: [String]?
  /// Which training images are held out; nil where none are.
  public let validation: ValidationSplit?

  /// The manifest of files that lie in the folder named after the data set.
  /// - Parameter imageRank: the dimensions of the image files: 3, or 4 where images have channels.
  /// - Precondition: `files` holds one size and digest for each role.
  public init(
    dataset: DatasetName, files: [DatasetRole: (bytes: Int, sha256: String)], imageRank: Int = 3,
    classes: [String]? = nil, validation: ValidationSplit? = nil
  ) {
    self.dataset = dataset
    self.classes = classes
    self.validation = validation
    self.files = DatasetRole.allCases.map { role in
      guard let file = files[role] else { preconditionFailure("a data set has \(role.rawValue)") }
      let path = "\(dataset.rawValue)/\(role.fileName(imageRank: imageRank))"
      return File(role: role, path: path, bytes: file.bytes, sha256: file.sha256)
    }
  }

  /// A manifest of the given parts.
  init(dataset: DatasetName, files: [File], classes: [String]?, validation: ValidationSplit?) {
    self.dataset = dataset
    self.files = files
    self.classes = classes
    self.validation = validation
  }

  /// How many classes there are: labels are below it.
  public var classCount: Int { classes?.count ?? 10 }

  /// The entry for a role.
  public subscript(role: DatasetRole) -> File { files[DatasetRole.allCases.firstIndex(of: role) ?? 0] }

  /// The manifest's text: JSON with sorted keys, ended by a newline.
  ///
  /// Written here, not by an encoder, because its bytes must not change with a release of Foundation. What a data set
  /// does not have is not there: no `classes` where they are the ten digits, no `splits` where nothing is held out.
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
    let names = classes.map { names in
      "  \"classes\": [\n\(names.map { "    \($0.quotedForJSON)" }.joined(separator: ",\n"))\n  ],\n"
    }
    let splits = validation.map { split in
      let seed = split.seed.map { ",\n      \"seed\": \($0)" } ?? ""
      return ",\n  \"splits\": {\n    \"validation\": {\n      \"images\": \(split.images)\(seed)\n    }\n  }"
    }
    return """
      {
      \(names ?? "")  "dataset": "\(dataset.rawValue)",
        "files": [
      \(entries.joined(separator: ",\n"))
        ],
        "format": \(Self.format)\(splits ?? "")
      }

      """
  }
}

extension String {
  /// The text between JSON's quotes. It has no control character: no class name does.
  fileprivate var quotedForJSON: String {
    "\"\(replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }
}
