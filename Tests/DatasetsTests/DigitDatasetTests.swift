import Datasets
import Files
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
    let path = folder.url.appendingPathComponent("manifest.json").path
    return try DigitDataset(manifest: FileBytes(of: path), at: path)
  }

  private func path(_ file: TinyDataset.File) -> String {
    folder.url.appendingPathComponent("mnist/\(file.role.fileName)").path
  }

  @Test func loadsBothSplits() throws {
    let dataset = try open()
    #expect(dataset.manifest == DatasetManifestTests.manifest)
    let train = try dataset.load(.train)
    #expect(train.count == 4 && train.shape == [1, 2, 3])
    #expect(train.labels == [3, 1, 4, 9])
    #expect(train.pixels.prefix(3) == [11, 48, 85])
    let test = try dataset.load(.test)
    #expect(test.count == 2 && test.shape == [1, 2, 3])
    #expect(test.labels == [5, 0])
  }

  private func expectDamage<E: Error & Equatable>(_ cause: E, _ body: () throws -> Void) {
    let error = #expect(throws: DatasetDamaged.self, performing: body)
    #expect(error?.cause as? E == cause)
  }

  @Test func aHugeManifest() throws {
    let text = [UInt8](repeating: 0x20, count: 1 << 20)
    for (bytes, damage) in [(text + [0x20], true), (text, false)] {
      try folder.write(bytes, to: "manifest.json")
      let path = folder.url.appendingPathComponent("manifest.json").path
      if damage {
        expectDamage(LocalFileError.tooLarge(file: path, limit: 1 << 20, found: bytes.count)) { _ = try open() }
      } else {
        expectDamage(ManifestError.malformed(file: path, reason: "it has 1048576 bytes, more than 65536")) {
          _ = try open()
        }
      }
    }
  }

  @Test func wrongManifest() throws {
    let text = DatasetManifestTests.text.replacingOccurrences(of: "\"format\": 1", with: "\"format\": 2")
    try folder.write(Array(text.utf8), to: "manifest.json")
    let path = folder.url.appendingPathComponent("manifest.json").path
    expectDamage(ManifestError.unknownFormat(file: path, found: 2)) { _ = try open() }
  }

  @Test func everyFlippedBitIsFound() throws {
    let file = TinyDataset.testLabels
    for bit in 0..<(8 * file.plain.count) {
      var bytes = file.plain
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      try folder.write(bytes, to: "mnist/\(file.role.fileName)")
      expectDamage(
        FileMismatch.digest(file: path(file), expected: file.sha256, found: SHA256Digest.hex(of: bytes))
      ) { _ = try open().load(.test) }
    }
  }

  @Test func aShorterFile() throws {
    let file = TinyDataset.trainImages
    try folder.write(Array(file.plain.dropLast()), to: "mnist/\(file.role.fileName)")
    expectDamage(FileMismatch.size(file: path(file), expected: 40, found: 39)) { _ = try open().load(.train) }
  }

  @Test func aLongerFile() throws {
    let file = TinyDataset.trainImages
    try folder.write(file.plain + [0], to: "mnist/\(file.role.fileName)")
    expectDamage(LocalFileError.tooLarge(file: path(file), limit: 40, found: 41)) {
      _ = try open().load(.train)
    }
  }

  @Test func aMissingFile() throws {
    let file = TinyDataset.trainLabels
    try FileManager.default.removeItem(atPath: path(file))
    expectDamage(LocalFileError.missing(file: path(file))) { _ = try open().load(.train) }
  }

  @Test func messagesSayWhatToDo() throws {
    try FileManager.default.removeItem(atPath: path(TinyDataset.trainLabels))
    let error = #expect(throws: DatasetDamaged.self) { try open().load(.train) }
    #expect(
      error?.description
        == "\(path(TinyDataset.trainLabels)): expected a file, found nothing; "
        + "install the data set again: make rerun STAGE=fetch-mnist")
  }

  // Right digests do not make wrong data right: a manifest can be written for any bytes.

  private func replaceTestLabels(by labels: [UInt8]) throws {
    try folder.write(labels, to: "mnist/\(DatasetRole.testLabels.fileName)")
    let text = DatasetManifestTests.text
      .replacingOccurrences(of: TinyDataset.testLabels.sha256, with: SHA256Digest.hex(of: labels))
      .replacingOccurrences(of: "\"bytes\": 10", with: "\"bytes\": \(labels.count)")
    try folder.write(Array(text.utf8), to: "manifest.json")
  }

  @Test func labelsOverNine() throws {
    try replaceTestLabels(by: [0, 0, 8, 1, 0, 0, 0, 2, 5, 10])
    expectDamage(LabelError.notAClass(file: path(TinyDataset.testLabels), index: 1, found: 10, classes: 10)) {
      _ = try open().load(.test)
    }
  }

  @Test func moreLabelsThanImages() throws {
    try replaceTestLabels(by: [0, 0, 8, 1, 0, 0, 0, 3, 5, 1, 2])
    expectDamage(LabelError.countsDiffer(file: path(TinyDataset.testLabels), labels: 3, images: 2)) {
      _ = try open().load(.test)
    }
  }

  @Test func labelsThatAreNotIDX() throws {
    try replaceTestLabels(by: [0, 0, 8, 3, 0, 0, 0, 2, 5, 1])
    expectDamage(IDXError.wrongMagic(file: path(TinyDataset.testLabels), expected: 0x801, found: 0x803)) {
      _ = try open().load(.test)
    }
  }
}
