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
      throw DatasetDamaged(cause: error, isImported: false)
    }
    folder = url.deletingLastPathComponent()
  }

  /// The split by which a person chooses, between layers to skip, say: the validation split, or, where nothing is held
  /// out, the test split for want of another.
  public var judgingSplit: DatasetSplit { manifest.validation == nil ? .test : .validation }

  /// Reads a split, and believes nothing: size and digest must be the manifest's, the bytes must be IDX, and there is
  /// a label for each picture that names a class. Files of the other half are not touched.
  /// - Throws: `DatasetDamaged`; its cause is `SplitError` for a validation split that the manifest does not have.
  public func load(_ split: DatasetSplit) throws(DatasetDamaged) -> ImageSet {
    do {
      let stored = try decode(split == .test ? .test : .train)
      guard split != .test else { return stored }
      guard let validation = manifest.validation else {
        if split == .validation { throw SplitError.noValidation }
        return stored
      }
      guard validation.images < stored.count else {
        throw SplitError.tooLarge(validation: validation.images, training: stored.count)
      }
      let indices = validation.indices(of: stored.count)
      return stored.selecting(split == .validation ? indices.validation : indices.train)
    } catch {
      throw DatasetDamaged(cause: error, isImported: !manifest.dataset.isBuiltIn)
    }
  }

  private func decode(_ half: DatasetHalf) throws -> ImageSet {
    let (imagesFile, imageBytes) = try read(.images(of: half))
    let images = try IDX(parsing: imageBytes, file: imagesFile, rank: IDX.imageRank(of: imageBytes))
    let (labelsFile, labelBytes) = try read(.labels(of: half))
    let labels = try IDX(parsing: labelBytes, file: labelsFile, rank: 1)
    return try ImageSet(
      pictures: images, labels: labels.elements, classes: manifest.classCount, labelsFile: labelsFile)
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

/// An installed data set without its test split: what chooses a number of a model opens this one, and cannot see what
/// the model is judged by.
public struct TrainingDataset: Sendable {
  private let dataset: DigitDataset

  /// Opens the data set of a manifest that lies at `path`.
  public init(manifest bytes: FileBytes, at path: String) throws(DatasetDamaged) {
    dataset = try DigitDataset(manifest: bytes, at: path)
  }

  /// What the files must be.
  public var manifest: DatasetManifest { dataset.manifest }

  /// Reads a split, as `DigitDataset` does; no file of the test split is opened.
  public func load(_ split: TrainingSplit) throws(DatasetDamaged) -> ImageSet {
    switch split {
    case .train: try dataset.load(.train)
    case .calibration: try dataset.load(.calibration)
    case .validation: try dataset.load(.validation)
    }
  }
}

/// An installed data set cannot be used.
public struct DatasetDamaged: Error, CustomStringConvertible {
  /// What is wrong: `LocalFileError`, `ManifestError`, `FileMismatch`, `IDXError`, `LabelError`, `SplitError`, or what
  /// reading a file throws.
  public let cause: any Error
  /// Whether a person's own files were imported.
  let isImported: Bool

  /// One line: the file, what was expected, what was found, what to do.
  public var description: String {
    let stage = isImported ? "import-dataset DATASET_DIR=..." : "fetch-mnist"
    return "\(cause); install the data set again: make rerun STAGE=\(stage)"
  }
}
