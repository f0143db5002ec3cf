import Foundation

/// Which data set is wanted.
public enum DatasetChoice: String, Sendable, CaseIterable {
  /// MNIST, and when it cannot be fetched, the synthetic digits.
  case automatic
  /// MNIST or nothing.
  case mnist
  /// The synthetic digits.
  case syntheticDigits = "synthetic-digits"
}

/// Puts a data set into a folder, from wherever it can be had: a folder of the user's, what is already installed,
/// the mirrors, the generator.
///
/// Every file is verified before the first is installed, and the manifest comes last. A failure leaves the
/// destination as it was; installers that run at once in one destination do not disturb one another.
public struct DatasetInstaller: Sendable {
  /// The folder that receives `manifest.json` and a folder named after the data set.
  public var destination: URL
  /// Which data set is wanted.
  public var choice: DatasetChoice
  /// A folder with MNIST's files, with or without `.gz`. When given it must be right: nothing else is tried.
  public var source: URL?
  /// Where MNIST is fetched from, in order. None: nothing is fetched.
  public var mirrors: [Mirror]
  /// What MNIST's files must be.
  public var expected: [ExpectedFile]
  /// How files are fetched.
  public var downloader: Downloader
  /// The generator.
  public var synthetic: SyntheticDigits
  /// Which training images are held out.
  public var validation: ValidationSplit?

  /// An installer.
  /// - Precondition: `expected` has one file for each role.
  public init(
    destination: URL, choice: DatasetChoice = .automatic, source: URL? = nil,
    mirrors: [Mirror] = MNIST.mirrors, expected: [ExpectedFile] = MNIST.files,
    downloader: Downloader = Downloader(), synthetic: SyntheticDigits = SyntheticDigits(),
    validation: ValidationSplit? = nil
  ) {
    precondition(
      expected.map(\.role.rawValue).sorted() == DatasetRole.allCases.map(\.rawValue).sorted(),
      "one expected file for each role")
    self.destination = destination
    self.choice = choice
    self.source = source
    self.mirrors = mirrors
    self.expected = expected
    self.downloader = downloader
    self.synthetic = synthetic
    self.validation = validation
  }

  /// Installs the data set and its manifest. Blocks until that is done.
  ///
  /// - Parameter notice: is told what a person should know on the way, one or more lines at a time.
  /// - Throws: an error that is one line: `SourceError`, `GzipError`, `FileMismatch`, `LocalFileError`,
  ///   `MirrorsFailed`, `SplitError`.
  public func install(notice: (String) -> Void) throws -> InstalledDataset {
    if choice == .syntheticDigits {
      if let source { notice("\(source.path) is not used: the data set asked for is \(choice.rawValue)") }
      return try installSynthetic()
    }
    let supplies: [DatasetRole: Supply]
    do {
      supplies = try source.map(MNISTSource.init(folder:))?.supplies(of: expected) ?? fetch(notice: notice)
    } catch let failure as MirrorsFailed where choice == .automatic {
      notice(failure.fallbackWarning)
      return try installSynthetic()
    }
    return try place(supplies, as: .mnist)
  }

  private func fetch(notice: (String) -> Void) throws -> [DatasetRole: Supply] {
    let folder = destination.appendingPathComponent(DatasetName.mnist.rawValue)
    var fetcher = MirrorFetcher(mirrors: mirrors, downloader: downloader)
    var supplies: [DatasetRole: Supply] = [:]
    for file in expected {
      let cached = folder.appendingPathComponent(file.role.fileName)
      do {
        if try file.isInstalled(at: cached) {
          supplies[file.role] = Supply(file: file, origin: .cache, content: nil)
          continue
        }
      } catch let mismatch as FileMismatch {
        notice("warning: damaged, fetching it again: \(mismatch)")
      }
      let (content, mirror) = try fetcher.fetch(file, notice: notice)
      supplies[file.role] = Supply(file: file, origin: .mirror("\(mirror)"), content: content)
    }
    return supplies
  }

  private func installSynthetic() throws -> InstalledDataset {
    var supplies: [DatasetRole: Supply] = [:]
    for half in DatasetHalf.allCases {
      supplies.merge(Supply.supplies(of: half, synthetic.images(half), .generator(seed: synthetic.seed))) { $1 }
    }
    return try place(supplies, as: .syntheticDigits)
  }

  private func place(_ supplies: [DatasetRole: Supply], as dataset: DatasetName) throws -> InstalledDataset {
    try DatasetPlacement(destination: destination, dataset: dataset, validation: validation).place(supplies)
  }
}
