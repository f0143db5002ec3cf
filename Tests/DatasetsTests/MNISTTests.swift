import Datasets
import Files
import Foundation
import Testing

/// Tests with the real files, which a developer keeps beside the project: `../shared/mnist` from its root.
@Suite struct MNISTTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/mnist")

  static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

  @Test(.enabled(if: isThere, "MNIST's files are not at ../shared/mnist"))
  func installsTheRealFiles() throws {
    let destination = try TemporaryFolder()
    let installer = DatasetInstaller(
      destination: destination.url, choice: .mnist, source: Self.folder, mirrors: [])
    let installed = try installer.install { Issue.record("nothing is worth saying, but: \($0)") }
    #expect(installed.manifest.dataset == .mnist)
    #expect(installed.origin == "folder \(Self.folder.path)")
    for file in MNIST.files {
      #expect(installed.manifest[file.role].bytes == file.bytes)
      #expect(installed.manifest[file.role].sha256 == file.sha256)
    }

    let dataset = try DigitDataset(
      manifest: FileBytes(of: installed.manifestURL.path), at: installed.manifestURL.path)
    for (split, count) in [(DatasetSplit.train, 60_000), (.test, 10_000)] {
      let images = try dataset.load(split)
      #expect(images.count == count && images.shape == [1, 28, 28])
      #expect(Set(images.labels) == Set(0...9))
    }
    // The published files' first labels.
    #expect(try dataset.load(.train).labels.prefix(5) == [5, 0, 4, 1, 9])
    #expect(try dataset.load(.test).labels.prefix(5) == [7, 2, 1, 0, 4])
  }
}
