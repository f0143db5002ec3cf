import Datasets

/// A data set of four pictures to train on and two to test on, 2 x 3 pixels, with everything an installer needs.
///
/// Sizes, digests and compressed bytes were made by Python 3.11, not by the code under test:
/// `gzip.compress(data, mtime=0)` and `hashlib.sha256(data).hexdigest()`, where
/// `data = bytes([0, 0, 8, rank]) + b"".join(struct.pack(">I", d) for d in dims) + bytes(elements)`.
enum TinyDataset {
  struct File {
    let role: DatasetRole
    let plain: [UInt8]
    let gzip: [UInt8]
    let sha256: String

    var expected: ExpectedFile {
      ExpectedFile(role: role, bytes: plain.count, sha256: sha256, compressedLimit: 256)
    }
  }

  static let files = [trainImages, trainLabels, testImages, testLabels]

  static let expected = files.map(\.expected)

  static func file(_ role: DatasetRole) -> File { files.first { $0.role == role } ?? trainImages }

  static let trainImages = File(
    role: .trainImages,
    plain: [
      0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 3, 11, 48, 85, 122, 159, 196, 233, 14, 51, 88, 125,
      162, 199, 236, 17, 54, 91, 128, 165, 202, 239, 20, 57, 94,
    ],
    gzip: [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 1, 98, 38, 32, 102, 230, 54, 8,
      173, 154, 127, 228, 37, 159, 113, 68, 237, 162, 227, 111, 4, 205, 162, 27, 150, 158, 122, 47, 98,
      25, 7, 0, 238, 108, 214, 11, 40, 0, 0, 0,
    ],
    sha256: "a3fe22c8ddcab385f05ee2803a082d7bb91f883928baa9a4699b815c8e7dc4b9")

  static let trainLabels = File(
    role: .trainLabels,
    plain: [
      0, 0, 8, 1, 0, 0, 0, 4, 3, 1, 4, 9,
    ],
    gzip: [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 100, 96, 96, 96, 97, 102, 100, 225, 4, 0, 97,
      140, 62, 132, 12, 0, 0, 0,
    ],
    sha256: "efe67a091b1b34fcd6b6d5efca08615ab8b53687344ae6fa743736df031cd52f")

  static let testImages = File(
    role: .testImages,
    plain: [
      0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 7, 60, 113, 166, 219, 16, 69, 122, 175, 228, 25,
      78,
    ],
    gzip: [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 130, 98, 102, 118, 155, 194,
      101, 183, 5, 92, 171, 214, 63, 145, 244, 3, 0, 115, 21, 130, 212, 28, 0, 0, 0,
    ],
    sha256: "759d340167f6d7c625df534216573417d462805f8051cfed2b75cf809e2424bc")

  static let testLabels = File(
    role: .testLabels,
    plain: [
      0, 0, 8, 1, 0, 0, 0, 2, 5, 0,
    ],
    gzip: [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 100, 96, 96, 96, 98, 101, 0, 0, 92, 88, 235, 232,
      10, 0, 0, 0,
    ],
    sha256: "b362884fc52e90c7755b6479edd8baf124a9b897c0158ce3a00f64e9c78067d5")
}
