import Compression
import TestSupport
import Testing

@Suite struct InflateTests {
  @Test("what zlib itself compressed, many pieces of it too")
  func inflates() throws {
    for count in [0, 1, 1000, 1_000_003] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
      #expect(try Inflate.zlib(PNGFile.zlib(bytes), limit: count) == bytes)
    }
  }

  @Test func refuses() {
    let stream = PNGFile.zlib([1, 2, 3])
    #expect(throws: InflateError.truncated) { try Inflate.zlib(Array(stream.dropLast()), limit: 3) }
    #expect(throws: InflateError.truncated) { try Inflate.zlib([], limit: 3) }
    #expect(throws: InflateError.trailingBytes(2)) { try Inflate.zlib(stream + [0, 0], limit: 3) }
    #expect(throws: InflateError.tooLarge(limit: 2)) { try Inflate.zlib(stream, limit: 2) }
    var damaged = stream
    damaged[damaged.count - 1] ^= 1
    #expect(throws: InflateError.corrupt("incorrect data check")) { try Inflate.zlib(damaged, limit: 3) }
    // gzip is another format.
    #expect(throws: InflateError.self) { try Inflate.zlib(gzipped([1]), limit: 3) }
  }
}
