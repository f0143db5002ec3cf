import Files
import Foundation
import Tensors

/// Where a file's bytes came from. It is for the log and the catalog; the manifest says nothing of it.
public enum DatasetOrigin: Sendable, Hashable, CustomStringConvertible {
  /// A folder that the user named.
  case directory(String)
  /// The destination: the file was already there, and right.
  case cache
  /// A mirror, by its address.
  case mirror(String)
  /// The built-in generator.
  case generator(seed: UInt64)

  /// A few words.
  public var description: String {
    switch self {
    case .directory(let path): "folder \(path)"
    case .cache: "already installed"
    case .mirror(let address): "mirror \(address)"
    case .generator(let seed): "built-in generator, seed \(seed)"
    }
  }
}

/// A data set that has just been installed.
public struct InstalledDataset: Sendable, Equatable {
  /// What was installed.
  public let manifest: DatasetManifest
  /// Where the manifest lies.
  public let manifestURL: URL
  /// The manifest's size and digest.
  public let manifestDigest: FileDigest
  /// Where each file's bytes came from.
  public let origins: [DatasetRole: DatasetOrigin]

  /// The origins in one line, each once.
  public var origin: String {
    var seen: [String] = []
    for text in DatasetRole.allCases.compactMap({ origins[$0]?.description }) where !seen.contains(text) {
      seen.append(text)
    }
    return seen.joined(separator: ", ")
  }
}

/// Puts the verified files of a data set into a folder, together or not at all, and last the manifest that says what
/// they are.
struct DatasetPlacement {
  /// The folder that receives `manifest.json` and a folder named after the data set.
  let destination: URL
  let dataset: DatasetName
  var imageRank = 3
  /// As `DatasetManifest.classes`.
  var classes: [String]?
  var validation: ValidationSplit?

  /// - Throws: `SplitError`, `LocalFileError`.
  func place(_ supplies: [DatasetRole: Supply]) throws -> InstalledDataset {
    // A file of labels is a header of 8 bytes, then one byte for each.
    if let validation, let labels = supplies[.trainLabels]?.file.bytes, validation.images >= labels - 8 {
      throw SplitError.tooLarge(validation: validation.images, training: labels - 8)
    }
    let manifest = DatasetManifest(
      dataset: dataset, files: supplies.mapValues { ($0.file.bytes, $0.file.sha256) }, imageRank: imageRank,
      classes: classes, validation: validation)
    var installation = try Installation(in: destination, folders: [dataset.rawValue])
    for entry in manifest.files {
      guard let content = supplies[entry.role]?.content else { continue }
      _ = try installation.add(content, path: entry.path)
    }
    let digest = try installation.add(Array(manifest.encoded.utf8), path: DatasetManifest.fileName)
    try installation.commit()
    return InstalledDataset(
      manifest: manifest,
      manifestURL: destination.appendingPathComponent(DatasetManifest.fileName),
      manifestDigest: digest,
      origins: supplies.mapValues(\.origin))
  }
}

/// A verified file on its way to its place.
struct Supply {
  let file: ExpectedFile
  let origin: DatasetOrigin
  /// The bytes, or nil when they are already in place.
  let content: [UInt8]?

  /// The two files of a half, made of its images.
  static func supplies(of half: DatasetHalf, _ images: ImageSet, _ origin: DatasetOrigin) -> [DatasetRole: Supply] {
    let files = [
      DatasetRole.images(of: half): images.pictures,
      .labels(of: half): IDX(dimensions: [images.count], elements: images.labels),
    ]
    return Dictionary(
      uniqueKeysWithValues: files.map { role, idx in
        let content = idx.encoded
        let file = ExpectedFile(
          role: role, bytes: content.count, sha256: SHA256Digest.hex(of: content), compressedLimit: 0)
        return (role, Supply(file: file, origin: origin, content: content))
      })
  }
}
