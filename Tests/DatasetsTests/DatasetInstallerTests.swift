import Compression
import Datasets
import Files
import TestSupport
import Foundation
import Testing

@Suite struct DatasetInstallerTests {
  static let installed = ["manifest.json"] + TinyDataset.files.map { "mnist/\($0.role.fileName)" }.sorted()
  static let syntheticInstalled =
    ["manifest.json"] + TinyDataset.files.map { "synthetic-digits/\($0.role.fileName)" }.sorted()

  let destination: TemporaryFolder
  // A good source.
  let plain: TemporaryFolder
  let notices = Notices()

  init() throws {
    destination = try TemporaryFolder()
    plain = try Self.source("")
  }

  private func installer(
    _ choice: DatasetChoice, source: TemporaryFolder? = nil, mirrors: [String] = []
  ) throws -> DatasetInstaller {
    DatasetInstaller(
      destination: destination.url, choice: choice, source: source?.url,
      mirrors: try mirrors.map(Mirror.init),
      expected: TinyDataset.expected, downloader: Downloader(idleTimeout: 30, transferTimeout: 60),
      synthetic: SyntheticDigits(trainCount: 30, testCount: 10))
  }

  // Every file is in place, is right, and nothing else is there.
  private func expectInstalled() throws {
    #expect(try destination.files() == Self.installed)
    for file in TinyDataset.files {
      #expect(try destination.read("mnist/\(file.role.fileName)") == file.plain)
    }
    #expect(try destination.read("manifest.json") == Array(DatasetManifestTests.text.utf8))
  }

  private static func source(_ suffix: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in TinyDataset.files {
      try folder.write(suffix.isEmpty ? file.plain : file.gzip, to: file.role.fileName + suffix)
    }
    return folder
  }

  // MARK: From a folder

  @Test(arguments: ["", ".gz"]) func fromAFolder(_ suffix: String) throws {
    let source = try Self.source(suffix)
    let result = try installer(.automatic, source: source).install(notice: notices.note)
    #expect(result.manifest == DatasetManifestTests.manifest)
    #expect(result.origin == "folder \(source.url.path)")
    #expect(notices.all.isEmpty)
    try expectInstalled()
  }

  // The four files are MNIST's own whether images are held out or not; the manifest alone tells.
  @Test func imagesAreHeldOutOfMNISTToo() throws {
    var installer = try installer(.mnist, source: plain)
    let split = ValidationSplit(images: 3, seed: 2)
    installer.validation = split
    let manifest = try installer.install(notice: notices.note).manifest
    #expect(manifest.validation == split && manifest.files == DatasetManifestTests.manifest.files)
    installer.validation = ValidationSplit(images: 4)
    #expect(throws: SplitError.tooLarge(validation: 4, training: 4)) { try installer.install(notice: notices.note) }
  }

  @Test func plainIsPreferred() throws {
    let source = try Self.source("")
    for file in TinyDataset.files { try source.write([1, 2, 3], to: file.role.fileName + ".gz") }
    _ = try installer(.mnist, source: source).install(notice: notices.note)
    try expectInstalled()
  }

  // The named folder must be right: the server, which has everything, is not asked.
  @Test(arguments: DatasetRole.allCases, [DatasetChoice.automatic, .mnist])
  func wrongDigestInAFolder(_ role: DatasetRole, _ choice: DatasetChoice) throws {
    let server = try LocalServer { _ in .hangUp }
    let source = try Self.source("")
    var bytes = TinyDataset.file(role).plain
    bytes[bytes.count - 1] ^= 1
    try source.write(bytes, to: role.fileName)
    let error = #expect(throws: SourceError.self) {
      try installer(choice, source: source, mirrors: [server.address]).install(notice: notices.note)
    }
    #expect(
      error?.description
        == "\(source.url.path)/\(role.fileName): expected SHA-256 \(TinyDataset.file(role).sha256), found "
        + SHA256Digest.hex(of: bytes)
        + "; MNIST_DIR names this folder, so its four MNIST files (plain or .gz) "
        + "must be right: correct it, or leave MNIST_DIR unset")
    #expect(server.requests.isEmpty)
    #expect(try destination.files().isEmpty)
  }

  @Test func wrongSizeInAFolder() throws {
    let source = try Self.source("")
    try source.write([1], to: DatasetRole.testLabels.fileName)
    let error = #expect(throws: SourceError.self) { try installer(.mnist, source: source).install { _ in } }
    #expect(error?.cause as? FileMismatch != nil)
    #expect(try destination.files().isEmpty)
  }

  @Test func missingInAFolder() throws {
    let source = try Self.source(".gz")
    let path = source.url.appendingPathComponent(DatasetRole.testLabels.fileName).path
    try FileManager.default.removeItem(atPath: path + ".gz")
    let error = #expect(throws: SourceError.self) { try installer(.mnist, source: source).install { _ in } }
    #expect(error?.cause as? LocalFileError == .missing(file: path))
    #expect(try destination.files().isEmpty)
  }

  @Test func damagedGzipInAFolder() throws {
    let source = try Self.source(".gz")
    try source.write(
      Array(TinyDataset.testImages.gzip.dropLast()), to: DatasetRole.testImages.fileName + ".gz")
    let error = #expect(throws: SourceError.self) { try installer(.mnist, source: source).install { _ in } }
    #expect(error?.cause as? GzipError != nil)
    #expect(try destination.files().isEmpty)
  }

  @Test func bombInAFolder() throws {
    let source = try Self.source(".gz")
    try source.write(
      gzipped(.init(repeating: 0, count: 1 << 20)), to: DatasetRole.testImages.fileName + ".gz")
    let error = #expect(throws: SourceError.self) { try installer(.mnist, source: source).install { _ in } }
    #expect(error?.cause as? GzipError != nil)
    #expect(try destination.files().isEmpty)
  }

  // MARK: What is already installed

  @Test func installedFilesNeedNoNetwork() throws {
    _ = try installer(.mnist, source: plain).install(notice: notices.note)
    let result = try installer(.mnist).install(notice: notices.note)
    #expect(Set(result.origins.values) == [.cache])
    #expect(result.origin == "already installed")
    #expect(notices.all.isEmpty)
    try expectInstalled()
  }

  @Test func damagedFileIsFetchedAgain() throws {
    let server = try LocalServer(serveTinyDataset)
    _ = try installer(.mnist, source: plain).install(notice: notices.note)
    let file = TinyDataset.trainLabels
    var bytes = file.plain
    bytes[9] ^= 4
    try destination.write(bytes, to: "mnist/\(file.role.fileName)")
    let result = try installer(.mnist, mirrors: [server.address]).install(notice: notices.note)
    #expect(server.requests == ["/\(file.role.fileName).gz"])
    #expect(result.origins[.trainLabels] == .mirror(server.address))
    #expect(result.origins[.trainImages] == .cache)
    #expect(
      notices.all.contains("warning: damaged, fetching it again: ") && notices.all.contains(file.sha256))
    try expectInstalled()
  }

  @Test func damagedFileWithoutANetworkIsAnError() throws {
    _ = try installer(.mnist, source: plain).install(notice: notices.note)
    try destination.write([1], to: "mnist/\(DatasetRole.trainLabels.fileName)")
    #expect(throws: MirrorsFailed.self) { try installer(.mnist).install(notice: notices.note) }
  }

  // MARK: Synthetic digits

  @Test func syntheticOnRequest() throws {
    let server = try LocalServer(serveTinyDataset)
    let result = try installer(.syntheticDigits, mirrors: [server.address]).install(notice: notices.note)
    #expect(server.requests.isEmpty && notices.all.isEmpty)
    #expect(result.manifest.dataset == .syntheticDigits)
    #expect(result.origin == "built-in generator, seed 1")
    #expect(try destination.files() == Self.syntheticInstalled)
    let manifest = try FileBytes(of: result.manifestURL.path)
    #expect(result.manifestDigest == manifest.digest)
    let dataset = try DigitDataset(manifest: manifest, at: result.manifestURL.path)
    let digits = SyntheticDigits(trainCount: 30, testCount: 10)
    #expect(try dataset.load(.train) == digits.images(.train))
    #expect(try dataset.load(.test) == digits.images(.test))
  }

  @Test func syntheticTwiceIsTheSame() throws {
    let first = try installer(.syntheticDigits).install(notice: notices.note)
    let text = try destination.read("manifest.json")
    #expect(try installer(.syntheticDigits).install(notice: notices.note) == first)
    #expect(try destination.read("manifest.json") == text)
  }

  @Test func folderIsNotUsedForSyntheticDigits() throws {
    let source = try Self.source("")
    _ = try installer(.syntheticDigits, source: source).install(notice: notices.note)
    #expect(
      notices.all == "\(source.url.path) is not used: the data set asked for is synthetic-digits")
  }

  @Test func fallbackIsLoud() throws {
    let server = try LocalServer { _ in .answer(status: 403, body: []) }
    let mirrors = [server.address + "a/", server.address + "b/"]
    let result = try installer(.automatic, mirrors: mirrors).install(notice: notices.note)
    #expect(result.manifest.dataset == .syntheticDigits)
    #expect(try destination.files() == Self.syntheticInstalled)
    let name = "train-images-idx3-ubyte"
    #expect(
      notices.all.hasSuffix(
        """
        WARNING: these are NOT the MNIST digits.
          MNIST could not be fetched, so the built-in synthetic digits take its place.
          Results on them are not MNIST results and must not be reported as such.
          Why \(name) could not be had:
            - \(mirrors[0])\(name).gz: expected HTTP status 200, found 403
            - \(mirrors[1])\(name).gz: expected HTTP status 200, found 403
          To use MNIST, name a folder that holds its four files: MNIST_DIR=/path/to/mnist
        """))
  }

  @Test func noMirrorAtAll() throws {
    let result = try installer(.automatic).install(notice: notices.note)
    #expect(result.manifest.dataset == .syntheticDigits)
    #expect(notices.all.contains("- no mirror to fetch from"))
  }

  // MARK: The destination

  @Test func destinationIsMade() throws {
    var installer = try installer(.mnist, source: plain)
    installer.destination = destination.url.appendingPathComponent("a/b")
    _ = try installer.install(notice: notices.note)
    #expect(try destination.files() == Self.installed.map { "a/b/" + $0 })
  }

  @Test func destinationIsAFile() throws {
    try destination.write([1], to: "file")
    var installer = try installer(.mnist, source: plain)
    installer.destination = destination.url.appendingPathComponent("file")
    #expect(throws: LocalFileError.self) { try installer.install(notice: notices.note) }
    #expect(try destination.files() == ["file"])
  }

  @Test func aFileNameIsTakenByAFolder() throws {
    try destination.write([1], to: "mnist/\(DatasetRole.trainImages.fileName)/x")
    #expect(throws: LocalFileError.self) {
      try installer(.mnist, source: plain).install(notice: notices.note)
    }
    #expect(try destination.files() == ["mnist/\(DatasetRole.trainImages.fileName)/x"])
  }

  @Test func whatAKilledInstallerLeftIsRemoved() throws {
    try destination.write([1], to: ".octavo-unfinished-1")
    try destination.write([1], to: "mnist/.octavo-unfinished-2")
    _ = try installer(.mnist, source: plain).install(notice: notices.note)
    try expectInstalled()
  }
}
