import Foundation
import Tensors

/// Installs a person's own data set: a folder of IDX pairs, of PNG files in a folder for each class, or of NumPy arrays.
///
/// Whatever it was, it is installed as IDX files with labels from 0, so that every later stage reads one form. Everything
/// is read and checked before the first file is written, and a failure leaves the destination as it was.
public struct DatasetImporter: Sendable {
  /// The folder that receives `manifest.json` and a folder named after the data set.
  public var destination: URL
  /// The person's folder.
  public var source: URL
  /// What to call the data set; nil: as the folder is called.
  public var name: String?
  /// How the names of the IDX files to take begin, where the folder holds several data sets.
  public var prefix: String
  /// Which training images are held out.
  public var validation: ValidationSplit?

  /// An importer.
  public init(
    destination: URL, source: URL, name: String? = nil, prefix: String = "", validation: ValidationSplit? = nil
  ) {
    self.destination = destination
    self.source = source
    self.name = name
    self.prefix = prefix
    self.validation = validation
  }

  /// A data set that has just been imported.
  public struct Imported: Sendable {
    /// What was installed, and where.
    public let installed: InstalledDataset
    /// Images to train on, and images to test on.
    public let images: (train: Int, test: Int)
    /// One image: channels, height, width.
    public let shape: Shape

    /// `12000 images to train on, 2000 to test on, 3x32x32, 10 classes`.
    public var headline: String {
      "\(images.train) images to train on, \(images.test) to test on, "
        + shape.dimensions.map(String.init).joined(separator: "x") + ", \(installed.manifest.classCount) classes"
    }
  }

  /// Reads the folder and installs what it holds, with its manifest. Blocks until that is done.
  ///
  /// - Throws: an error that is one line: `ImportError`, `IDXError`, `GzipError`, `NPYError`, `LabelError`,
  ///   `SplitError`, `LocalFileError`.
  public func install() throws -> Imported {
    let dataset = try datasetName()
    let found = try SourceFormat.of(source).read(source, prefix: prefix)
    let (sets, classes) = try found.labelled()
    var supplies: [DatasetRole: Supply] = [:]
    for (half, images) in [(DatasetHalf.train, sets.train), (.test, sets.test)] {
      supplies.merge(Supply.supplies(of: half, images, .directory(source.path))) { $1 }
    }
    let placement = DatasetPlacement(
      destination: destination, dataset: dataset, imageRank: sets.train.pictures.dimensions.count, classes: classes,
      validation: validation)
    return Imported(
      installed: try placement.place(supplies), images: (sets.train.count, sets.test.count), shape: sets.train.shape)
  }

  private func datasetName() throws(ImportError) -> DatasetName {
    let text = name ?? source.standardizedFileURL.lastPathComponent
    guard let name = DatasetName(rawValue: text) else { throw .badName(text) }
    guard !name.isBuiltIn else { throw .builtInName(text) }
    return name
  }
}

/// A form in which data sets come.
enum SourceFormat: CaseIterable {
  case idx
  case png
  case npy

  /// The one form that a folder has.
  static func of(_ folder: URL) throws(ImportError) -> SourceFormat {
    let names = try FolderContent(folder)
    let found = allCases.filter { format in
      switch format {
      case .idx: names.files.contains { $0.contains("-idx") || $0.contains(".idx") }
      case .png: names.folders.contains("train")
      case .npy: names.files.contains { $0.hasSuffix(".npy") }
      }
    }
    guard found.count == 1, let format = found.first else { throw .formats(folder: folder.path, found.map(\.words)) }
    return format
  }

  /// What is in the folder, in words.
  var words: String {
    switch self {
    case .idx: "IDX files"
    case .png: "a folder train/ of PNG files"
    case .npy: "x_train.npy"
    }
  }

  func read(_ folder: URL, prefix: String) throws -> FoundDataset {
    guard self == .idx || prefix.isEmpty else { throw ImportError.prefixOfOthers(words) }
    switch self {
    case .idx: return try IDXFolder(folder, prefix: prefix).read()
    case .png: return try PNGFolder(folder).read()
    case .npy: return try NPYFolder(folder).read()
    }
  }
}
