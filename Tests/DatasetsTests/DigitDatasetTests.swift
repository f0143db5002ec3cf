import Datasets
import Foundation
import Testing

@Suite struct DigitDatasetTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for file in TinyDataset.files { try folder.write(file.plain, to: "mnist/\(file.role.fileName)") }
    try folder.write(Array(DatasetManifestTests.text.utf8), to: "manifest.json")
  }

  private func open() throws -> DigitDataset {
    try DigitDataset(manifestAt: folder.url.appendingPathComponent("manifest.json"))
  }

  private func path(_ file: TinyDataset.File) -> String {
    folder.url.appendingPathComponent("mnist/\(file.role.fileName)").path
  }

  @Test func loadsBothSplits() throws {
    let dataset = try open()
    #expect(dataset.manifest == DatasetManifestTests.manifest)
    let train = try dataset.load(.train)
    #expect(train.count == 4 && train.rows == 2 && train.columns == 3)
    #expect(train.labels == [3, 1, 4, 9])
    #expect(train.pixels.prefix(3) == [11, 48, 85])
    let test = try dataset.load(.test)
    #expect(test.count == 2 && test.rows == 2 && test.columns == 3)
    #expect(test.labels == [5, 0])
  }

  @Test func noManifest() throws {
    let url = folder.url.appendingPathComponent("none.json")
    #expect(throws: LocalFileError.missing(file: url.path)) { try DigitDataset(manifestAt: url) }
  }

  @Test func everyFlippedBitIsFound() throws {
    let file = TinyDataset.testLabels
    for bit in 0..<(8 * file.plain.count) {
      var bytes = file.plain
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      try folder.write(bytes, to: "mnist/\(file.role.fileName)")
      let error = #expect(throws: FileMismatch.self) { try open().load(.test) }
      guard case .digest(path(file), file.sha256, _) = error else {
        Issue.record("bit \(bit) gave \(String(describing: error))")
        return
      }
    }
  }

  @Test func aShorterFile() throws {
    let file = TinyDataset.trainImages
    try folder.write(Array(file.plain.dropLast()), to: "mnist/\(file.role.fileName)")
    #expect(throws: FileMismatch.size(file: path(file), expected: 40, found: 39)) { try open().load(.train) }
  }

  @Test func aLongerFile() throws {
    let file = TinyDataset.trainImages
    try folder.write(file.plain + [0], to: "mnist/\(file.role.fileName)")
    #expect(throws: LocalFileError.tooLarge(file: path(file), limit: 40, found: 41)) {
      try open().load(.train)
    }
  }

  @Test func aMissingFile() throws {
    let file = TinyDataset.trainLabels
    try FileManager.default.removeItem(atPath: path(file))
    #expect(throws: LocalFileError.missing(file: path(file))) { try open().load(.train) }
  }

  // Right digests do not make wrong data right: a manifest can be written for any bytes.
  @Test func labelsThatMatchTheirDigestAndAreWrong() throws {
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 5, 10]
    try folder.write(labels, to: "mnist/\(DatasetRole.testLabels.fileName)")
    let text = DatasetManifestTests.text.replacingOccurrences(
      of: TinyDataset.testLabels.sha256, with: SHA256Digest.hex(of: labels))
    try folder.write(Array(text.utf8), to: "manifest.json")
    #expect(throws: LabelError.notADigit(file: path(TinyDataset.testLabels), index: 1, found: 10)) {
      try open().load(.test)
    }
  }
}
