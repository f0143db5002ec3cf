import Compression
import TestSupport
import Testing

@Suite struct GzipTests {
  /// Made by Python 3.11, not by the code under test: `gzip.compress(data, mtime=0)`.
  struct File: Sendable {
    let plain: [UInt8]
    let gzip: [UInt8]

    static let all = [
      File(
        plain: [
          0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 3, 11, 48, 85, 122, 159, 196, 233, 14, 51, 88, 125,
          162, 199, 236, 17, 54, 91, 128, 165, 202, 239, 20, 57, 94,
        ],
        gzip: [
          31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 1, 98, 38, 32, 102, 230, 54, 8,
          173, 154, 127, 228, 37, 159, 113, 68, 237, 162, 227, 111, 4, 205, 162, 27, 150, 158, 122, 47, 98,
          25, 7, 0, 238, 108, 214, 11, 40, 0, 0, 0,
        ]),
      File(
        plain: Array(String(repeating: "octavo ", count: 9).utf8),
        gzip: [
          31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 79, 46, 73, 44, 203, 87, 200, 39, 147, 2, 0, 189, 10, 25, 81,
          63, 0, 0, 0,
        ]),
    ]
  }

  let file = File.all[0]

  @Test(arguments: File.all.indices) func inflatesWhatAnotherProgramMade(_ index: Int) throws {
    let file = File.all[index]
    #expect(try Gzip.inflate(file.gzip, file: "f", limit: file.plain.count) == file.plain)
  }

  // Longer than one piece of output, and not a whole number of them.
  @Test func inflatesManyPieces() throws {
    let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    #expect(try Gzip.inflate(gzipped(bytes), file: "f", limit: bytes.count) == bytes)
  }

  @Test func inflatesNothing() throws {
    #expect(try Gzip.inflate(gzipped([]), file: "f", limit: 0) == [])
  }

  @Test func truncationAtEveryByte() {
    for length in 0..<file.gzip.count {
      let cut = Array(file.gzip[..<length])
      // One byte does not make a magic number.
      let expected: GzipError = length == 1 ? .notGzip(file: "f") : .truncated(file: "f", bytes: length)
      #expect(throws: expected) { try Gzip.inflate(cut, file: "f", limit: 1000) }
    }
  }

  @Test func wrongChecksum() {
    var bytes = file.gzip
    bytes[bytes.count - 8] ^= 1
    #expect(throws: GzipError.corrupt(file: "f", reason: "incorrect data check")) {
      try Gzip.inflate(bytes, file: "f", limit: 1000)
    }
  }

  @Test func wrongLength() {
    var bytes = file.gzip
    bytes[bytes.count - 1] ^= 1
    #expect(throws: GzipError.corrupt(file: "f", reason: "incorrect length check")) {
      try Gzip.inflate(bytes, file: "f", limit: 1000)
    }
  }

  @Test func bombStopsAtTheLimit() {
    let bomb = gzipped([UInt8](repeating: 0, count: 1 << 26))
    #expect(throws: GzipError.tooLarge(file: "f", limit: 1 << 20)) {
      try Gzip.inflate(bomb, file: "f", limit: 1 << 20)
    }
  }

  @Test func oneByteOverTheLimit() {
    #expect(throws: GzipError.tooLarge(file: "f", limit: file.plain.count - 1)) {
      try Gzip.inflate(file.gzip, file: "f", limit: file.plain.count - 1)
    }
  }

  @Test func trailingBytes() {
    #expect(throws: GzipError.trailingBytes(file: "f", count: 3)) {
      try Gzip.inflate(file.gzip + [1, 2, 3], file: "f", limit: 1000)
    }
  }

  @Test func anotherFormat() {
    #expect(throws: GzipError.notGzip(file: "f")) {
      try Gzip.inflate(Array("<html>".utf8), file: "f", limit: 1000)
    }
  }

  @Test func messagesNameTheFile() {
    #expect(
      "\(GzipError.tooLarge(file: "a.gz", limit: 7))"
        == "a.gz: expected at most 7 uncompressed bytes, found more")
  }
}
