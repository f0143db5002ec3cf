import Files
import Foundation
import Tensors

/// An installed data set: a manifest and the folder that it lies in.
public struct DigitDataset: Sendable {
  /// What the files must be.
  public let manifest: DatasetManifest
  private let folder: URL

  /// No manifest comes near this size; a larger file is another one.
  private static let manifestByteLimit = 1 << 20

  /// Opens the data set of a manifest that lies at `path`. The four files are not read yet.
  public init(manifest bytes: FileBytes, at path: String) throws(DatasetDamaged) {
    let url = URL(fileURLWithPath: path)
    do {
      guard bytes.count <= Self.manifestByteLimit else {
        throw LocalFileError.tooLarge(file: url.path, limit: Self.manifestByteLimit, found: bytes.count)
      }
      manifest = try DatasetManifest(decoding: bytes.copy, file: url.path)
    } catch {
      throw DatasetDamaged(cause: error)
    }
    folder = url.deletingLastPathComponent()
  }

  /// Reads a split, and believes nothing: size and digest must be the manifest's, the bytes must be IDX, and the
  /// labels must be digits, one for each picture.
  public func load(_ split: DatasetSplit) throws(DatasetDamaged) -> ImageSet {
    do { return try decode(split) } catch { throw DatasetDamaged(cause: error) }
  }

  private func decode(_ split: DatasetSplit) throws -> ImageSet {
    let (imagesFile, imageBytes) = try read(.images(of: split))
    let images = try IDX(parsing: imageBytes, file: imagesFile, rank: 3)
    let (labelsFile, labelBytes) = try read(.labels(of: split))
    let labels = try IDX(parsing: labelBytes, file: labelsFile, rank: 1)
    return try ImageSet(pictures: images, labels: labels.elements, labelsFile: labelsFile)
  }

  private func read(_ role: DatasetRole) throws -> (file: String, bytes: [UInt8]) {
    let entry = manifest[role]
    let url = folder.appendingPathComponent(entry.path)
    let bytes = try LocalFile.read(url, limit: entry.bytes)
    let expected = ExpectedFile(role: role, bytes: entry.bytes, sha256: entry.sha256, compressedLimit: 0)
    try expected.verify(bytes, file: url.path)
    return (url.path, bytes)
  }
}

/// An installed data set cannot be used.
public struct DatasetDamaged: Error, CustomStringConvertible {
  /// What is wrong: `LocalFileError`, `ManifestError`, `FileMismatch`, `IDXError`, `LabelError`, or what reading a
  /// file throws.
  public let cause: any Error

  /// One line: the file, what was expected, what was found, what to do.
  public var description: String { "\(cause); install the data set again: make rerun STAGE=fetch-mnist" }
}
