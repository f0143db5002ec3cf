import Datasets
import Files
import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct DatasetImporterTests {
  let source: TemporaryFolder
  let destination: TemporaryFolder

  init() throws {
    source = try TemporaryFolder()
    destination = try TemporaryFolder()
  }

  private func importer(name: String? = "mine", prefix: String = "") -> DatasetImporter {
    DatasetImporter(destination: destination.url, source: source.url, name: name, prefix: prefix)
  }

  /// Imports, and reads both splits back.
  private func imported(prefix: String = "") throws -> (manifest: DatasetManifest, train: ImageSet, test: ImageSet) {
    let installed = try importer(prefix: prefix).install().installed
    let dataset = try DigitDataset(
      manifest: FileBytes(of: installed.manifestURL.path), at: installed.manifestURL.path)
    #expect(dataset.manifest == installed.manifest)
    return (dataset.manifest, try dataset.load(.train), try dataset.load(.test))
  }

  /// Importing fails with one line of that ending, and leaves nothing behind.
  private func expectRefusal(_ ending: String, name: String? = "mine", prefix: String = "") throws {
    let error = line { _ = try importer(name: name, prefix: prefix).install() }
    #expect(error?.hasSuffix(ending) == true, "\(error ?? "no error")")
    #expect(error?.isOneLine == true)
    #expect(try destination.files() == [])
  }

  private func idx(_ name: String, _ dimensions: [Int], _ elements: [UInt8], gzip: Bool = false) throws {
    let bytes = IDX(dimensions: dimensions, elements: elements).encoded
    try source.write(gzip ? gzipped(bytes) : bytes, to: name + (gzip ? ".gz" : ""))
  }

  private func pair(
    _ prefix: String = "", test: String = "t10k", train labels: [UInt8] = [2, 1, 2], testLabels: [UInt8] = [1],
    size: [Int] = [1, 2], gzip: Bool = false
  ) throws {
    for (half, labels, first) in [("train", labels, UInt8(0)), (test, testLabels, 100)] {
      let count = labels.count * size.reduce(1, *)
      try idx(
        "\(prefix)\(half)-images-idx\(1 + size.count)-ubyte", [labels.count] + size,
        (0..<count).map { first + UInt8($0) },
        gzip: gzip)
      try idx("\(prefix)\(half)-labels-idx1-ubyte", [labels.count], labels, gzip: gzip)
    }
  }

  // MARK: IDX

  // EMNIST's letters are labelled from 1.
  @Test(arguments: [false, true]) func labelsFromOneBecomeLabelsFromZero(_ gzip: Bool) throws {
    try pair("emnist-letters-", test: "test", gzip: gzip)
    try pair("emnist-digits-", test: "test", train: [0, 1], testLabels: [0])
    let (manifest, train, test) = try imported(prefix: "emnist-letters")
    #expect(manifest.dataset.rawValue == "mine" && manifest.classes == ["1", "2"])
    #expect(train.labels == [1, 0, 1] && test.labels == [0])
    #expect(train.shape == [1, 1, 2] && train.pixels == [0, 1, 2, 3, 4, 5] && test.pixels == [100, 101])
    let names = ["t10k-images-idx3", "t10k-labels-idx1", "train-images-idx3", "train-labels-idx1"]
    #expect(try destination.files() == ["manifest.json"] + names.map { "mine/\($0)-ubyte" })
    #expect(try imported(prefix: "emnist-digits").manifest.classes == ["0", "1"])
  }

  // Would catch a class without a training image that shifts those behind it.
  @Test func aGapAmongTheLabelsIsAClass() throws {
    try pair(train: [0, 3, 3], testLabels: [2])
    let (manifest, train, test) = try imported()
    #expect(manifest.classes == ["0", "1", "2", "3"] && train.labels == [0, 3, 3] && test.labels == [2])
  }

  @Test func imagesMayHaveChannels() throws {
    try pair(size: [3, 2, 2])
    let (manifest, train, test) = try imported()
    #expect(train.shape == [3, 2, 2] && train.pixels == (0..<36).map { UInt8($0) })
    #expect(test.pixels == (100..<112).map { UInt8($0) })
    #expect(manifest[.trainImages].path == "mine/train-images-idx4-ubyte")
    #expect(manifest[.testImages].path == "mine/t10k-images-idx4-ubyte")
  }

  @Test func aByteNamesEveryClass() throws {
    try pair(train: (0...255).map { UInt8($0) }, testLabels: [255], size: [1, 1])
    let (manifest, train, _) = try imported()
    #expect(manifest.classCount == 256 && train.labels.max() == 255)
  }

  @Test func labelsThatFitNothingAreNamed() throws {
    try pair(train: [2, 3, 4])
    try expectRefusal("/train-labels-idx1-ubyte: expected labels from 0 or from 1, found 2 as the smallest")
    try pair(train: [1, 2, 2], testLabels: [3])
    try expectRefusal(
      "/t10k-labels-idx1-ubyte: expected labels 1 to 2 as those to train on, found 3 as label 0")
    try idx("train-labels-idx1-ubyte", [2], [1, 2])
    try expectRefusal("/train-labels-idx1-ubyte: expected one label for each of 3 images, found 2 labels")
  }

  @Test func halvesOfTwoSizesAreNamed() throws {
    try pair()
    try idx("t10k-images-idx3-ubyte", [1, 2, 2], [1, 2, 3, 4])
    try expectRefusal(
      "/t10k-images-idx3-ubyte: expected images of 1x1x2 as the first to train on, found 1x2x2")
  }

  @Test func oneFileForEachPart() throws {
    try pair("a-")
    try pair("b-")
    try expectRefusal(
      ": expected one file *train*images*idx*, found a-train-images-idx3-ubyte, b-train-images-idx3-ubyte; say how the "
        + "names of those to take begin with DATASET_PREFIX")
    try expectRefusal(": expected one file c-*train*images*idx*, found none", prefix: "c-")
  }

  // MARK: PNG

  @Test func foldersAreClasses() throws {
    for (place, count) in [("train/dog", 2), ("train/cat", 3), ("test/dog", 1)] {
      for index in 0..<count { try source.write(PNGFixtures.rgb, to: "\(place)/\(index).png") }
    }
    try source.write([1], to: "train/.hidden")
    let (manifest, train, test) = try imported()
    #expect(manifest.classes == ["cat", "dog"])
    #expect(train.labels.sorted() == [0, 0, 0, 1, 1] && test.labels == [1])
    #expect(train.shape == [3, 10, 11] && test.pixels == (0..<3).flatMap { PNGFixtures.plane($0) })
  }

  // Would catch images that are separated from their classes as they are shuffled, or not shuffled at all.
  @Test func classesAreMixed() throws {
    for index in 0..<20 {
      try source.write(PNGFixtures.rgb, to: "train/a/\(index).png")
      try source.write(PNGFixtures.rgba, to: "train/b/\(index).png")
      try source.write(PNGFixtures.palette4, to: "train/c/\(index).png")
    }
    try source.write(PNGFixtures.rgb, to: "test/a/0.png")
    let train = try imported().train
    let firstRow = Array(PNGFixtures.plane(0)[..<11])
    for index in 0..<60 {
      let start = index * 330
      let isPalette = Array(train.pixels[start..<start + 11]) != firstRow
      #expect(isPalette == (train.labels[index] == 2))
    }
    #expect(train.labels != train.labels.sorted() && Set(train.labels.suffix(20)).count == 3)
  }

  @Test func whatHasNoPlaceIsNamed() throws {
    try source.write(PNGFixtures.rgb, to: "train/a/0.png")
    try source.write(PNGFixtures.rgb, to: "test/b/0.png")
    try expectRefusal("/test/b: expected a class that train/ has too, found another")
    try source.write(PNGFixtures.rgb, to: "train/b/0.jpg")
    try expectRefusal("/train/b/0.jpg: expected PNG files alone, found another; move it elsewhere")
    try source.write(PNGFixtures.rgb, to: "train/a/c/0.png")
    try expectRefusal("/train/a/c: expected PNG files alone, found a folder; move it elsewhere")
    try source.write([1], to: "train/list.txt")
    try expectRefusal("/train/list.txt: expected a folder for each class, found a file; move it elsewhere")
  }

  @Test func picturesOfTwoKindsAreNamed() throws {
    try source.write(PNGFixtures.bilevel, to: "train/a/0.png")
    try source.write(PNGFixtures.rgb, to: "test/a/0.png")
    try expectRefusal("/test: expected images of 1x10x11 as the first to train on, found 3x10x11")
    try source.write(Array(PNGFixtures.rgb.dropLast()), to: "test/a/0.png")
    try expectRefusal("/test/a/0.png: expected a whole PNG file, found one cut off after 407 bytes; copy it again")
  }

  @Test func aClassWithoutImagesIsNamed() throws {
    try source.write(PNGFixtures.rgb, to: "train/a/0.png")
    try source.write([1], to: "train/b/.keep")
    try source.write([1], to: "test/a/.keep")
    try expectRefusal("/train/b: expected at least one image, found none")
  }

  // MARK: NumPy

  private func array(_ name: String, _ dtype: String, _ shape: String, _ content: [UInt8]) throws {
    try source.write(NPYArrayTests.file(NPYArrayTests.dictionary(dtype, shape), content), to: name)
  }

  private func arrays(_ shape: (Int) -> String, size: Int) throws {
    for (half, labels) in [("train", [4, 0]), ("test", [2])] as [(String, [UInt8])] {
      try array("x_\(half).npy", "|u1", shape(labels.count), (0..<size * labels.count).map { UInt8($0) })
      try array(
        "y_\(half).npy", "<i8", "(\(labels.count),)", labels.flatMap { [$0, 0, 0, 0, 0, 0, 0, 0] })
    }
  }

  @Test func greyArrays() throws {
    try arrays({ "(\($0), 2, 3)" }, size: 6)
    let (manifest, train, test) = try imported()
    #expect(train.shape == [1, 2, 3] && train.pixels == (0..<12).map { UInt8($0) } && train.labels == [4, 0])
    #expect(test.labels == [2] && manifest.classes == ["0", "1", "2", "3", "4"])
  }

  // Would catch channels left where NumPy's users have them, behind the columns.
  @Test func channelsComeFirst() throws {
    try arrays({ "(\($0), 2, 2, 3)" }, size: 12)
    let train = try imported().train
    #expect(train.shape == [3, 2, 2])
    #expect(Array(train.pixels[12...]) == [12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23])
    try arrays({ "(\($0), 3, 2, 2)" }, size: 12)
    let second = try imported().train
    #expect(second.shape == [3, 2, 2] && second.pixels == (0..<24).map { UInt8($0) })
    try arrays({ "(\($0), 2, 2, 1)" }, size: 4)
    #expect(try imported().train.shape == [1, 2, 2])
  }

  @Test func labelsMayBeAColumnOfBytes() throws {
    try arrays({ "(\($0), 2, 3)" }, size: 6)
    try array("y_train.npy", "|u1", "(2, 1)", [1, 0])
    try array("y_test.npy", "|u1", "(1, 1)", [1])
    #expect(try imported().train.labels == [1, 0])
  }

  @Test func arraysThatAreNoImagesAreNamed() throws {
    let shapes = "expected images (count, height, width), or with 1 or 3 channels, second or last but not both"
    for (shape, size, found) in [("3, 2, 3", 18, "(2, 3, 2, 3)"), ("4, 2, 2", 16, "(2, 4, 2, 2)"), ("6", 6, "(2, 6)")] {
      try arrays({ "(\($0), \(shape))" }, size: size)
      try expectRefusal("/x_train.npy: \(shapes), found shape \(found)")
    }
    try arrays({ "(\($0), 2, 3)" }, size: 6)
    try array("x_train.npy", "<u2", "(1, 1, 1)", [0, 0])
    try expectRefusal("/x_train.npy: expected uint8 pixels, 0 to 255, found dtype '<u2'; convert it with astype")
    try arrays({ "(\($0), 2, 3)" }, size: 6)
    try array("y_train.npy", "<i8", "(2, 2)", .init(repeating: 0, count: 32))
    try expectRefusal("/y_train.npy: expected labels (count), found shape (2, 2)")
    try array("y_train.npy", "<i2", "(2,)", [0, 1, 0, 0])
    try expectRefusal("/y_train.npy: expected at most 256 classes, found labels of 257")
    try FileManager.default.removeItem(at: source.url.appendingPathComponent("y_test.npy"))
    try array("y_train.npy", "<i2", "(2,)", [0, 0, 0, 0])
    try expectRefusal("/y_test.npy: expected a file, found nothing")
  }

  // MARK: Any

  @Test func aFolderOfNothingIsNamed() throws {
    let forms = "expected one of IDX files, folders train/ and test/ of PNG files, or x_train.npy and its like"
    try expectRefusal(": \(forms); found none")
    try pair()
    try arrays({ "(\($0), 2, 3)" }, size: 6)
    try expectRefusal(": \(forms); found IDX files and x_train.npy")
    let error = line {
      _ = try DatasetImporter(destination: destination.url, source: URL(fileURLWithPath: "/no/x")).install()
    }
    #expect(error == "/no/x: expected a folder that can be read, found none")
  }

  @Test func namesThatFoldersHaveNot() throws {
    try pair()
    let rule = "expected at most 64 letters, digits, '.', '_' and '-', the first a letter or a digit"
    try expectRefusal("data set name: \(rule), found 'a b'; give another with DATASET_NAME", name: "a b")
    for name in ["mnist", "synthetic-digits"] {
      try expectRefusal(
        "data set name: expected another than '\(name)', whose files are verified; give one with DATASET_NAME, or "
          + "install those by MNIST_DIR", name: name)
    }
    #expect(try importer(name: nil).install().installed.manifest.dataset.rawValue == source.url.lastPathComponent)
  }

  @Test func theSameFilesGiveTheSameBytes() throws {
    try pair()
    let first = try importer().install().installed
    #expect(first.origin == "folder \(source.url.path)")
    #expect(try importer().install().installed.manifestDigest == first.manifestDigest)
  }
}
