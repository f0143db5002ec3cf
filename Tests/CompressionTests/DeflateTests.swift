import Compression
import Testing

@Suite struct DeflateTests {
  // The check value of CRC-32/ISO-HDLC, and Python's `zlib.crc32(b"")`.
  @Test func theChecksumIsTheOneThatPNGWants() {
    #expect(Deflate.crc32(Array("123456789".utf8)) == 0xCBF4_3926 && Deflate.crc32([]) == 0)
  }

  // `zlib.compress(b"", 9)` and the head of any stream of the largest window at level 9: 78 DA.
  @Test func aStreamBeginsAndEndsAsZlibsDo() {
    #expect(Deflate.zlib([]) == [0x78, 0xDA, 3, 0, 0, 0, 0, 1])
    let bytes = [UInt8](repeating: 7, count: 100_000)
    let stream = Deflate.zlib(bytes)
    #expect(stream.starts(with: [0x78, 0xDA]) && stream.count < 200)
    // Adler-32 of 100,000 sevens, by RFC 1950: a = 1 + 7n, b = n + 7n(n + 1)/2, both mod 65521.
    let (n, modulus) = (100_000, 65_521)
    let (a, b) = ((1 + 7 * n) % modulus, (n + 7 * n * (n + 1) / 2) % modulus)
    let checksum: [UInt8] = [UInt8(b >> 8), UInt8(b & 255), UInt8(a >> 8), UInt8(a & 255)]
    #expect(Array(stream.suffix(4)) == checksum)
  }
}
