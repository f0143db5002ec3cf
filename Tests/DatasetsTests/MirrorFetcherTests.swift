import Datasets
import Files
import TestSupport
import Foundation
import Testing

/// Answers as a good mirror does.
@Sendable func serveTinyDataset(_ path: String) -> LocalServer.Reply {
  for file in TinyDataset.files where path.hasSuffix("/" + file.role.fileName + ".gz") {
    return .answer(status: 200, body: file.gzip)
  }
  return .answer(status: 404, body: [])
}

/// The installer with a bad mirror, then a good one: whatever is wrong with the first, the second serves.
@Suite struct MirrorFetcherTests {
  let destination: TemporaryFolder
  let notices = Notices()

  init() throws { destination = try TemporaryFolder() }

  private func install(
    _ choice: DatasetChoice = .mnist, from servers: [LocalServer], idle: Double = 30, transfer: Double = 60
  ) throws -> InstalledDataset {
    try DatasetInstaller(
      destination: destination.url, choice: choice, mirrors: servers.map { try Mirror($0.address) },
      expected: TinyDataset.expected, downloader: Downloader(idleTimeout: idle, transferTimeout: transfer),
      synthetic: SyntheticDigits(trainCount: 30, testCount: 10)
    ).install(notice: notices.note)
  }

  private func expectTheNextMirror(
    after reply: @escaping @Sendable (String) -> LocalServer.Reply, saying reason: String,
    idle: Double = 30, transfer: Double = 60
  ) throws {
    let bad = try LocalServer(reply)
    let good = try LocalServer(serveTinyDataset)
    let result = try install(from: [bad, good], idle: idle, transfer: transfer)
    #expect(Set(result.origins.values) == [.mirror(good.address)])
    #expect(notices.all.contains("\(reason); trying the next mirror"), "\(notices.all)")
    // Once one mirror has served, it is asked first.
    #expect(bad.requests == ["/train-images-idx3-ubyte.gz"])
    #expect(good.requests.count == 4)
    #expect(try destination.files() == DatasetInstallerTests.installed)
    for file in TinyDataset.files {
      #expect(try destination.read("mnist/\(file.role.fileName)") == file.plain)
    }
  }

  @Test func goodMirror() throws {
    let good = try LocalServer(serveTinyDataset)
    let result = try install(from: [good])
    #expect(result.manifest == DatasetManifestTests.manifest)
    #expect(result.origin == "mirror \(good.address)")
    #expect(try destination.files() == DatasetInstallerTests.installed)
  }

  @Test(arguments: [403, 503]) func refused(_ status: Int) throws {
    try expectTheNextMirror(
      after: { _ in .answer(status: status, body: []) }, saying: "expected HTTP status 200, found \(status)")
  }

  @Test func pageInsteadOfAFile() throws {
    try expectTheNextMirror(
      after: { _ in .answer(status: 200, body: Array("<html><body>Welcome</body></html>".utf8)) },
      saying: "expected a gzip file, found other data")
  }

  // Without a length the transfer itself looks whole; the gzip data do not.
  @Test(arguments: [2, 10, 30, 50]) func cutWithoutALength(_ kept: Int) throws {
    try expectTheNextMirror(
      after: { _ in .unmeasured(body: Array(TinyDataset.trainImages.gzip[..<kept])) },
      saying: "expected a whole gzip file, found one cut off after \(kept) bytes")
  }

  // A server that promises less than it has: what was promised is all that is read.
  @Test func wrongLength() throws {
    let gzip = TinyDataset.trainImages.gzip
    try expectTheNextMirror(
      after: { _ in .mislabelled(length: gzip.count - 1, body: gzip) },
      saying: "expected a whole gzip file, found one cut off after \(gzip.count - 1) bytes")
  }

  @Test func endless() throws {
    try expectTheNextMirror(after: { _ in .endless }, saying: "expected at most 256 bytes, found more")
  }

  @Test func slowDrip() throws {
    try expectTheNextMirror(
      after: { _ in .drip }, saying: "expected an answer within 1.5 s, found none", transfer: 1.5)
  }

  @Test func bomb() throws {
    // 64 KiB of zeros fit in 100 bytes.
    let bomb = gzipped(.init(repeating: 0, count: 1 << 16))
    #expect(bomb.count <= 256)
    try expectTheNextMirror(
      after: { _ in .answer(status: 200, body: bomb) },
      saying: "expected at most 40 uncompressed bytes, found more")
  }

  @Test func rightSizeWrongBytes() throws {
    var bytes = TinyDataset.trainImages.plain
    bytes[20] ^= 1
    let gzip = gzipped(bytes)
    try expectTheNextMirror(
      after: { _ in .answer(status: 200, body: gzip) },
      saying: "expected SHA-256 \(TinyDataset.trainImages.sha256), found \(SHA256Digest.hex(of: bytes))")
  }

  @Test func redirectedAway() throws {
    try expectTheNextMirror(
      after: { _ in .redirect(to: "http://example.invalid/") },
      saying: "expected a redirect to https, found http://example.invalid/")
  }

  // The last file fails everywhere: the three before it, which were right, are not installed either.
  @Test func nothingIsInstalledUnlessEverythingIsRight() throws {
    let server = try LocalServer { path in
      path.contains("t10k-labels") ? .answer(status: 404, body: []) : serveTinyDataset(path)
    }
    let error = #expect(throws: MirrorsFailed.self) { try install(from: [server]) }
    #expect(error?.file == "t10k-labels-idx1-ubyte")
    #expect(server.requests.count == 4)
    #expect(try destination.files().isEmpty)
  }

  @Test func everyReasonIsReported() throws {
    let first = try LocalServer { _ in .answer(status: 403, body: []) }
    let second = try LocalServer { _ in .answer(status: 200, body: [60]) }
    let error = #expect(throws: MirrorsFailed.self) { try install(from: [first, second]) }
    let file = "train-images-idx3-ubyte"
    #expect(
      error?.description
        == "\(file) of MNIST could not be fetched (\(first.address)\(file).gz: expected HTTP status 200, found 403; "
        + "\(second.address)\(file).gz: expected a gzip file, found other data); connect to the network, "
        + "or name a folder with the four files: MNIST_DIR=/path/to/mnist")
    #expect(try destination.files().isEmpty)
  }

  @Test func installersAtOnce() throws {
    let server = try LocalServer(serveTinyDataset)
    let group = DispatchGroup()
    let failures = Notices()
    for _ in 0..<8 {
      group.enter()
      Thread.detachNewThread { [self] in
        do {
          let result = try install(from: [server])
          if result.manifest != DatasetManifestTests.manifest { failures.note("another manifest") }
        } catch {
          failures.note("\(error)")
        }
        group.leave()
      }
    }
    group.wait()
    #expect(failures.all.isEmpty)
    #expect(try destination.files() == DatasetInstallerTests.installed)
    for file in TinyDataset.files {
      #expect(try destination.read("mnist/\(file.role.fileName)") == file.plain)
    }
    #expect(try destination.read("manifest.json") == Array(DatasetManifestTests.text.utf8))
  }
}
