import Images
import TestSupport
import Testing

/// One case, one test; the line that a person reads.
@Suite("PNG refused") struct PNGErrorTests {
  let good = PNGFile.plain(width: 2, height: 2, pixels: [1, 2, 3, 4])

  private func file(
    _ chunks: [(name: String, content: [UInt8])], color: UInt8 = 0, depth: UInt8 = 8, interlacing: UInt8 = 0,
    width: Int = 2, height: Int = 1
  ) -> [UInt8] {
    let header = PNGFile.header(width: width, height: height, color: color, depth: depth, interlacing: interlacing)
    return PNGFile.chunks([("IHDR", header)] + chunks + [("IEND", [])])
  }

  private func refusal(_ png: [UInt8]) -> String {
    do {
      _ = try Image(png: png)
      return "none"
    } catch { return "\(error)" }
  }

  @Test func otherFiles() {
    for bytes in [[], Array("P5 2 2 255".utf8), [0xFF, 0xD8, 0xFF, 0xE0]] {
      #expect(refusal(bytes) == "expected a PNG file, found other data; convert it to PNG")
    }
  }

  @Test("cut off anywhere")
  func truncated() {
    #expect(refusal(good) == "none")
    for count in 1..<good.count {
      #expect(throws: PNGError.truncated(bytes: count)) { try Image(png: Array(good[..<count])) }
    }
  }

  @Test("one bit turned over in any byte behind the signature")
  func damage() {
    for index in 8..<good.count {
      var bytes = good
      bytes[index] ^= 1
      #expect(throws: PNGError.self) { try Image(png: bytes) }
    }
    var bytes = good
    bytes[16] ^= 1
    #expect(refusal(bytes) == "chunk IHDR: expected its checksum to hold, found damage; copy it again")
  }

  @Test func interlaced() {
    #expect(
      refusal(file([], interlacing: 1))
        == "expected a PNG whose rows come in order, found an interlaced one; save it without interlacing")
  }

  @Test func tooLarge() {
    #expect(
      refusal(file([], width: 1 << 30, height: 1 << 30))
        == "expected at most 67108864 pixels, found 1073741824x1073741824; make it smaller")
  }

  @Test func headers() {
    #expect(refusal(file([], width: 0)).contains("chunk IHDR: expected a width and a height of 1 to"))
    #expect(refusal(file([], color: 5)).contains("expected colour type 0, 2, 3, 4 or 6, found 5"))
    #expect(
      refusal(file([], color: 2, depth: 4)).contains("expected bits per sample of 8, 16 for colour type 2, found 4"))
    #expect(refusal(file([], interlacing: 2)).contains("expected interlacing 0 or 1, found 2"))
    #expect(refusal(PNGFile.chunks([("IEND", [])])).contains("chunk IHDR: expected it first, found IEND"))
  }

  @Test func chunks() {
    let pixels = PNGFile.zlib([0, 1, 2])
    #expect(refusal(file([])).contains("chunk IDAT: expected pixels, found none"))
    #expect(refusal(file([("IDAT", pixels)], color: 3)).contains("chunk PLTE: expected a palette, found none"))
    #expect(
      refusal(file([("PLTE", [1, 2])])).contains("chunk PLTE: expected 1 to 256 colours of 3 bytes, found 2 bytes"))
    #expect(refusal(file([("Xyzz", [])])).contains("chunk Xyzz: expected a chunk that PNG knows"))
    #expect(refusal(file([("tRNS", [1])])).contains("chunk tRNS: expected 2 bytes, found 1"))
    #expect(
      refusal(file([("IDAT", pixels), ("tEXt", []), ("IDAT", pixels)]))
        .contains("chunk IDAT: expected one behind the other, found tEXt between them"))
  }

  @Test func pixels() {
    #expect(
      refusal(file([("IDAT", PNGFile.zlib([0, 1]))])).contains("pixels: expected 3 uncompressed bytes, found 2"))
    #expect(
      refusal(file([("IDAT", PNGFile.zlib([0, 1, 2, 3]))]))
        .contains("pixels: expected at most 3 uncompressed bytes, found more"))
    #expect(refusal(file([("IDAT", PNGFile.zlib([5, 1, 2]))])).contains("row 0: expected filter 0 to 4, found 5"))
    #expect(refusal(file([("IDAT", [1, 2, 3])])).contains("pixels: expected sound compressed data, found damage"))
    #expect(
      refusal(file([("PLTE", [1, 2, 3]), ("IDAT", PNGFile.zlib([0, 0, 1]))], color: 3))
        .contains("pixels: expected a colour of the palette's 1, found number 1"))
  }
}
