import Datasets
import Foundation
import Testing

@Suite struct DatasetManifestTests {
  static let manifest = DatasetManifest(
    dataset: .mnist,
    files: Dictionary(
      uniqueKeysWithValues: TinyDataset.files.map { ($0.role, ($0.plain.count, $0.sha256)) }))

  // The form that is promised to other programs: a change here is a new format.
  static let text = """
    {
      "dataset": "mnist",
      "files": [
        {
          "bytes": 40,
          "path": "mnist/train-images-idx3-ubyte",
          "role": "train-images",
          "sha256": "\(TinyDataset.trainImages.sha256)"
        },
        {
          "bytes": 12,
          "path": "mnist/train-labels-idx1-ubyte",
          "role": "train-labels",
          "sha256": "\(TinyDataset.trainLabels.sha256)"
        },
        {
          "bytes": 28,
          "path": "mnist/t10k-images-idx3-ubyte",
          "role": "test-images",
          "sha256": "\(TinyDataset.testImages.sha256)"
        },
        {
          "bytes": 10,
          "path": "mnist/t10k-labels-idx1-ubyte",
          "role": "test-labels",
          "sha256": "\(TinyDataset.testLabels.sha256)"
        }
      ],
      "format": 1
    }

    """

  private func decode(_ text: String) throws -> DatasetManifest {
    try DatasetManifest(decoding: Array(text.utf8), file: "m")
  }

  private func decode(replacing old: String, with new: String) throws -> DatasetManifest {
    #expect(Self.text.contains(old))
    return try decode(Self.text.replacingOccurrences(of: old, with: new))
  }

  @Test func encodes() { #expect(Self.manifest.encoded == Self.text) }

  @Test func decodes() throws { #expect(try decode(Self.text) == Self.manifest) }

  @Test func findsFilesByRole() {
    for role in DatasetRole.allCases { #expect(Self.manifest[role].role == role) }
  }

  @Test func newerFormat() {
    #expect(throws: ManifestError.unknownFormat(file: "m", found: 2)) {
      try decode(replacing: "\"format\": 1", with: "\"format\": 2, \"novelty\": 3")
    }
  }

  @Test func unknownKey() {
    #expect(throws: ManifestError.unknownKey(file: "m", key: "host")) {
      try decode(replacing: "\"format\": 1", with: "\"format\": 1, \"host\": \"h\"")
    }
  }

  @Test func unknownKeyOfAFile() {
    #expect(throws: ManifestError.unknownKey(file: "m", key: "mirror")) {
      try decode(replacing: "\"bytes\": 12", with: "\"mirror\": \"h\", \"bytes\": 12")
    }
  }

  @Test(arguments: ["", ".x", "-x", "a b", "a/b", String(repeating: "a", count: 65)])
  func aNameThatNoFolderHas(_ name: String) {
    let error = #expect(throws: ManifestError.self) {
      try decode(replacing: "\"dataset\": \"mnist\"", with: "\"dataset\": \"\(name)\"")
    }
    let rule = "at most 64 letters, digits, '.', '_' and '-', the first a letter or a digit"
    #expect(error == .malformed(file: "m", reason: "at dataset: expected \(rule); found '\(name)'"))
  }

  @Test func missingFile() {
    #expect(throws: ManifestError.wrongFiles(file: "m", role: "train-labels", found: 0)) {
      try decode(replacing: "\"role\": \"train-labels\"", with: "\"role\": \"test-labels\"")
    }
  }

  @Test func fileGivenTwice() {
    #expect(throws: ManifestError.wrongFiles(file: "m", role: "train-images", found: 2)) {
      try decode(replacing: "\"role\": \"train-labels\"", with: "\"role\": \"train-images\"")
    }
  }

  @Test(arguments: [
    "/etc/passwd", "../mnist/x", "mnist/../../x", "./x", "mnist//x", "", "mnist/a b", "mnist/\\u0000",
  ])
  func pathThatLeaves(_ path: String) throws {
    let error = #expect(throws: ManifestError.self) {
      try decode(replacing: "mnist/train-images-idx3-ubyte", with: path)
    }
    guard case .wrongPath(file: "m", role: "train-images", _) = error else {
      Issue.record("\(path) gave \(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["abc", String(repeating: "A", count: 64), String(repeating: "g", count: 64)])
  func digestThatIsNone(_ digest: String) {
    #expect(throws: ManifestError.malformed(file: "m", reason: "train-images has the sha256 \(digest)")) {
      try decode(replacing: TinyDataset.trainImages.sha256, with: digest)
    }
  }

  @Test(arguments: ["-12", "9223372036854775807"]) func sizeThatIsNone(_ size: String) {
    #expect(throws: ManifestError.malformed(file: "m", reason: "train-labels has \(size) bytes")) {
      try decode(replacing: "\"bytes\": 12", with: "\"bytes\": \(size)")
    }
  }

  @Test(arguments: [
    ("\"dataset\": \"mnist\"", "\"dataset\": 1", "at dataset: a value is not a text"),
    ("\"bytes\": 12", "\"bytes\": \"12\"", "a value is not an integer"),
    ("\"format\": 1", "\"format\": null", "at format: an integer is null"),
  ])
  func aTypeIsNamedInWords(_ old: String, _ new: String, _ complaint: String) {
    let error = #expect(throws: ManifestError.self) { try decode(replacing: old, with: new) }
    #expect(error.map { "\($0)".hasSuffix(complaint) } == true, "\(String(describing: error))")
  }

  @Test func truncationAtEveryByte() {
    let text = Array(Self.text.utf8)
    // The last two bytes are the closing brace and the newline, without which it is still whole.
    for length in 0..<(text.count - 1) {
      #expect(throws: ManifestError.self) { try DatasetManifest(decoding: Array(text[..<length]), file: "m") }
    }
  }

  @Test func largeFile() {
    #expect(throws: ManifestError.malformed(file: "m", reason: "it has 65537 bytes, more than 65536")) {
      try DatasetManifest(decoding: .init(repeating: 32, count: 65537), file: "m")
    }
  }

  @Test func messagesAreOneLine() {
    let error = #expect(throws: ManifestError.self) { try decode("{\n\"format\": 1,\n") }
    #expect(error.map { !"\($0)".contains("\n") && "\($0)".hasPrefix("m: ") } == true)
  }

  // MARK: What a person's own data set adds

  /// A data set of the person's own, its validation split drawn.
  private static let own = DatasetManifest(
    dataset: DatasetName(rawValue: "Own_1.x-y") ?? .mnist,
    files: Dictionary(uniqueKeysWithValues: TinyDataset.files.map { ($0.role, ($0.plain.count, $0.sha256)) }),
    imageRank: 4, classes: ["a \"b\"", "c\\d"], validation: ValidationSplit(images: 7, seed: 9))

  @Test func encodesClassesAndSplits() throws {
    let text = Self.own.encoded
    #expect(
      text.hasPrefix(
        """
        {
          "classes": [
            "a \\"b\\"",
            "c\\\\d"
          ],
          "dataset": "Own_1.x-y",
          "files": [
            {
              "bytes": 40,
              "path": "Own_1.x-y/train-images-idx4-ubyte",

        """))
    #expect(
      text.hasSuffix(
        """
          ],
          "format": 1,
          "splits": {
            "validation": {
              "images": 7,
              "seed": 9
            }
          }
        }

        """))
    #expect(try decode(text) == Self.own && Self.own.classCount == 2)
    #expect(try decode(text.replacingOccurrences(of: ",\n      \"seed\": 9", with: "")).validation?.seed == nil)
  }

  @Test(arguments: [
    ("\"images\": 7", "\"images\": 0", "at splits.validation.images: expected at least 1, found 0"),
    ("\"c\\\\d\"", "\"a \\\"b\\\"\"", "classes: expected different names, found one twice"),
    (
      "\"c\\\\d\"", "\"\\n\"",
      "classes: expected names of 1 to 255 bytes without control characters, found 1 characters"
    ),
    ("\"dataset\": \"Own_1.x-y\"", "\"dataset\": \"mnist\"", "classes: expected none for a data set of ten digits"),
    ("\"seed\": 9", "\"seed\": \"9\"", "at splits.validation.seed: a value is not an integer"),
  ])
  func classesAndSplitsThatAreNone(_ old: String, _ new: String, _ reason: String) {
    #expect(Self.own.encoded.contains(old))
    let error = #expect(throws: ManifestError.self) {
      try decode(Self.own.encoded.replacingOccurrences(of: old, with: new))
    }
    guard case .malformed(file: "m", let found)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.hasPrefix(reason), "\(found)")
  }

  @Test func unknownKeysOfSplits() {
    #expect(throws: ManifestError.unknownKey(file: "m", key: "tests")) {
      try decode(Self.own.encoded.replacingOccurrences(of: "\"validation\"", with: "\"tests\""))
    }
    #expect(throws: ManifestError.unknownKey(file: "m", key: "last")) {
      try decode(Self.own.encoded.replacingOccurrences(of: "\"seed\"", with: "\"last\""))
    }
  }

  @Test func anUnknownDatasetNamesItsClasses() {
    #expect(throws: ManifestError.malformed(file: "m", reason: "classes is missing")) {
      try decode(replacing: "\"dataset\": \"mnist\"", with: "\"dataset\": \"emnist\"")
    }
  }
}
