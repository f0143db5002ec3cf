import Files
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

  /// An installer.
  /// - Precondition: `expected` has one file for each role.
  public init(
    destination: URL, choice: DatasetChoice = .automatic, source: URL? = nil,
    mirrors: [Mirror] = MNIST.mirrors, expected: [ExpectedFile] = MNIST.files,
    downloader: Downloader = Downloader(), synthetic: SyntheticDigits = SyntheticDigits()
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
  }

  /// Installs the data set and its manifest. Blocks until that is done.
  ///
  /// - Parameter notice: is told what a person should know on the way, one or more lines at a time.
  /// - Throws: an error that is one line: `SourceError`, `GzipError`, `FileMismatch`, `LocalFileError`,
  ///   `MirrorsFailed`.
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
    for split in DatasetSplit.allCases {
      let images = synthetic.images(split)
      let files: [(DatasetRole, IDX)] = [
        (.images(of: split), images.pictures),
        (.labels(of: split), IDX(dimensions: [images.count], elements: images.labels)),
      ]
      for (role, idx) in files {
        let content = idx.encoded
        let file = ExpectedFile(
          role: role, bytes: content.count, sha256: SHA256Digest.hex(of: content), compressedLimit: 0)
        supplies[role] = Supply(file: file, origin: .generator(seed: synthetic.seed), content: content)
      }
    }
    return try place(supplies, as: .syntheticDigits)
  }

  private func place(_ supplies: [DatasetRole: Supply], as dataset: DatasetName) throws -> InstalledDataset {
    let manifest = DatasetManifest(
      dataset: dataset, files: supplies.mapValues { ($0.file.bytes, $0.file.sha256) })
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
}
