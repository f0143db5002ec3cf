import Compression
import Testing

@Suite struct InflationTests {
  // Python 3.11: `list(zlib.compress(b"octavo octavo octavo", 9))`.
  private let stream: [UInt8] = [
    120, 218, 203, 79, 46, 73, 44, 203, 87, 200, 71, 166, 0, 82, 181, 7, 229,
  ]
  private let text = Array("octavo octavo octavo".utf8)

  @Test func aStreamIsUnpacked() throws {
    #expect(try Deflate.inflated(zlib: stream, limit: text.count) == text)
    #expect(try Deflate.inflated(zlib: [0x78, 0xDA, 3, 0, 0, 0, 0, 1], limit: 0) == [])
  }

  @Test func whatWasPackedComesBack() throws {
    let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    #expect(try Deflate.inflated(zlib: Deflate.zlib(bytes), limit: bytes.count) == bytes)
  }

  @Test func aStreamCutAtEveryByte() {
    for length in 0..<stream.count {
      #expect(throws: InflationError.truncated(bytes: length)) {
        try Deflate.inflated(zlib: Array(stream[..<length]), limit: 100)
      }
    }
  }

  @Test func aWrongSumIsDamage() {
    var damaged = stream
    damaged[stream.count - 1] ^= 1
    #expect(throws: InflationError.corrupt(reason: "incorrect data check")) {
      try Deflate.inflated(zlib: damaged, limit: 100)
    }
  }

  @Test func moreThanTheLimitIsRefused() {
    #expect(throws: InflationError.tooLarge(limit: 19)) { try Deflate.inflated(zlib: stream, limit: 19) }
  }

  @Test func nothingMayFollow() {
    #expect(throws: InflationError.trailingBytes(count: 2)) { try Deflate.inflated(zlib: stream + [0, 0], limit: 100) }
  }

  // A gzip file is no zlib stream.
  @Test func anotherWrapperIsDamage() {
    #expect(throws: InflationError.corrupt(reason: "incorrect header check")) {
      try Deflate.inflated(zlib: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0], limit: 100)
    }
  }
}
