import Datasets
import Files
import Foundation
import Tensors
import Testing

/// Splits by name, and who may read which.
@Suite struct DatasetSplitTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Twelve images of one pixel, whose value is their place; the test images are 200 and up.
  private func install(_ validation: ValidationSplit?) throws -> (path: String, bytes: FileBytes) {
    let source = try TemporaryFolder()
    for (half, count, first) in [("train", 12, 0), ("t10k", 3, 200)] {
      let pixels = (0..<count).map { UInt8(first + $0) }
      try source.write(IDX(dimensions: [count, 1, 1], elements: pixels).encoded, to: "\(half)-images-idx3-ubyte")
      try source.write(
        IDX(dimensions: [count], elements: pixels.map { $0 % 3 }).encoded, to: "\(half)-labels-idx1-ubyte")
    }
    let importer = DatasetImporter(
      destination: folder.url, source: source.url, name: "twelve", validation: validation)
    let path = try importer.install().installed.manifestURL.path
    return (path, try FileBytes(of: path))
  }

  @Test func withoutAValidationSplitAllImagesAreForTraining() throws {
    let (path, bytes) = try install(nil)
    let dataset = try DigitDataset(manifest: bytes, at: path)
    #expect(try dataset.load(.train).pixels == Array(0..<12))
    #expect(try dataset.load(.calibration) == dataset.load(.train))
    #expect(try dataset.load(.test).pixels == [200, 201, 202])
    #expect(dataset.judgingSplit == .test)
    let error = #expect(throws: DatasetDamaged.self) { try dataset.load(.validation) }
    #expect(error?.cause as? SplitError == .noValidation)
  }

  // Would catch an image in two splits, one in none, and one that parts from its label.
  @Test(arguments: [nil, 1, 2] as [UInt64?]) func everyTrainingImageIsInOneSplit(_ seed: UInt64?) throws {
    let (path, bytes) = try install(ValidationSplit(images: 5, seed: seed))
    let dataset = try DigitDataset(manifest: bytes, at: path)
    let (train, validation) = (try dataset.load(.train), try dataset.load(.validation))
    #expect(train.count == 7 && validation.count == 5)
    #expect((train.pixels + validation.pixels).sorted() == Array(0..<12))
    #expect((validation.pixels == [7, 8, 9, 10, 11]) == (seed == nil))
    for set in [train, validation] { #expect(set.labels == set.pixels.map { $0 % 3 }) }
    #expect(try dataset.load(.calibration) == train)
    #expect(dataset.judgingSplit == .validation)
    let other = try install(ValidationSplit(images: 5, seed: 3))
    #expect(try DigitDataset(manifest: other.bytes, at: other.path).load(.validation).pixels != validation.pixels)
  }

  // Whatever chooses a number opens this one: the test images are not even there.
  @Test func trainingNeedsNoFileOfTheTestSplit() throws {
    let (path, bytes) = try install(ValidationSplit(images: 5))
    for name in ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] {
      try FileManager.default.removeItem(at: folder.url.appendingPathComponent("twelve/\(name)"))
    }
    let dataset = try TrainingDataset(manifest: bytes, at: path)
    #expect(TrainingSplit.allCases.map(\.rawValue) == DatasetSplit.allCases.map(\.rawValue).filter { $0 != "test" })
    for split in TrainingSplit.allCases { #expect(try dataset.load(split).count == (split == .validation ? 5 : 7)) }
    #expect(throws: DatasetDamaged.self) { try DigitDataset(manifest: bytes, at: path).load(.test) }
  }

  @Test(arguments: [12, 13]) func somethingMustBeLeftToTrainOn(_ images: Int) throws {
    #expect(throws: SplitError.tooLarge(validation: images, training: 12)) {
      try install(ValidationSplit(images: images))
    }
    #expect(try folder.files() == [])
  }

  // A manifest can be written by anyone.
  @Test func aManifestThatHoldsOutTooMuchIsNamed() throws {
    let (path, bytes) = try install(ValidationSplit(images: 5))
    let text = String(decoding: bytes.copy, as: UTF8.self).replacingOccurrences(
      of: "\"images\": 5", with: "\"images\": 12")
    try folder.write(Array(text.utf8), to: "manifest.json")
    let dataset = try DigitDataset(manifest: FileBytes(of: path), at: path)
    let error = #expect(throws: DatasetDamaged.self) { try dataset.load(.train) }
    #expect(error?.cause as? SplitError == .tooLarge(validation: 12, training: 12))
    #expect(
      error?.description.hasSuffix("install the data set again: make rerun STAGE=import-dataset DATASET_DIR=...")
        == true)
  }
}
