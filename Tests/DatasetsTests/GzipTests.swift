import Datasets
import Testing

@Suite struct GzipTests {
  let file = TinyDataset.trainImages

  @Test(arguments: TinyDataset.files.indices) func inflatesWhatAnotherProgramMade(_ index: Int) throws {
    let file = TinyDataset.files[index]
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
