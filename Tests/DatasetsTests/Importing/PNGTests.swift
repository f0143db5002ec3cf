import Compression
import Datasets
import Tensors
import Testing

@Suite struct PNGTests {
  private func read(_ bytes: [UInt8]) throws -> PNG { try PNG(parsing: bytes, file: "f") }

  private static func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }

  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + content
    return bigEndian(content.count) + body + bigEndian(Int(Deflate.crc32(body)))
  }

  /// A file made chunk by chunk, as the standard says.
  private static func file(
    _ width: Int, _ height: Int, depth: UInt8 = 8, color: UInt8 = 0, interlace: UInt8 = 0, before: [UInt8] = [],
    rows: [UInt8]
  ) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, color, 0, 0, interlace]) + before
      + chunk("IDAT", Deflate.zlib(rows)) + chunk("IEND", [])
  }

  // Would catch a filter that looks at the wrong neighbour, pixels left interleaved, and alpha taken for a colour.
  @Test func coloursAreThoseThatPillowWrote() throws {
    let expected = (0..<3).flatMap { PNGFixtures.plane($0) }
    for bytes in [PNGFixtures.rgb, PNGFixtures.rgba] {
      let image = try read(bytes)
      #expect(image.shape == [3, 10, 11])
      #expect(image.planes == expected)
    }
  }

  @Test func greysAreThoseThatPillowWrote() throws {
    #expect(try read(PNGFixtures.greyAlpha).planes == PNGFixtures.plane(0))
    let bilevel = try read(PNGFixtures.bilevel)
    #expect(bilevel.shape == [1, 10, 11])
    #expect(bilevel.planes == PNGFixtures.plane(0).map { $0 % 2 * 255 })
  }

  // Would catch bits taken from the wrong end of a byte, and rows that do not begin on a byte.
  @Test(arguments: [(PNGFixtures.palette1, 2), (PNGFixtures.palette2, 4), (PNGFixtures.palette4, 16)])
  func aPaletteIsLookedUp(_ bytes: [UInt8], _ colours: Int) throws {
    let image = try read(bytes)
    let expected = (0..<3).flatMap { channel in
      PNGFixtures.plane(0).map { UInt8((Int($0) % colours * 37 + channel * 11) % 256) }
    }
    #expect(image.shape == [3, 10, 11])
    #expect(image.planes == expected)
  }

  // By hand, from 100, 50, 20 above: what each filter of the standard makes of the differences 10, 20, 30.
  @Test(
    arguments: [
      (0, [10, 20, 30]), (1, [10, 30, 60]), (2, [110, 70, 50]),
      // 10 + (0 + 100) / 2, 20 + (60 + 50) / 2, 30 + (75 + 20) / 2, halves dropped.
      (3, [60, 75, 77]),
      // 0 + 100 - 0 is nearest to the byte above, 110 + 50 - 100 too, 70 + 20 - 50 to the one above and left.
      (4, [110, 70, 80]),
    ] as [(UInt8, [UInt8])])
  func eachFilterIsUndone(_ filter: UInt8, _ expected: [UInt8]) throws {
    let image = try read(Self.file(3, 2, rows: [0, 100, 50, 20, filter, 10, 20, 30]))
    #expect(image.planes == [100, 50, 20] + expected)
  }

  // The filters of wide pixels look back by a pixel, not by a byte.
  @Test func aPixelsNeighbourIsAPixel() throws {
    let image = try read(Self.file(2, 1, color: 2, rows: [1, 1, 2, 3, 10, 20, 30]))
    #expect(image.planes == [1, 11, 2, 22, 3, 33])
  }

  @Test func fewerBitsAreSpreadOverAByte() throws {
    #expect(try read(Self.file(4, 1, depth: 2, rows: [0, 0b0001_1011])).planes == [0, 85, 170, 255])
    #expect(try read(Self.file(3, 1, depth: 4, rows: [0, 0x0F, 0x70])).planes == [0, 255, 119])
  }

  @Test func whatANetworkCannotTakeIsNamed() {
    let transparent = Self.chunk("tRNS", [0, 0])
    for (bytes, error) in [
      (PNGFixtures.clear, PNGError.transparent(file: "f")), (PNGFixtures.transparentPalette, .transparent(file: "f")),
      (Self.file(1, 1, before: transparent, rows: [0, 0]), .transparent(file: "f")),
      (PNGFixtures.deep, .tooDeep(file: "f", found: 16)),
      (Self.file(1, 1, interlace: 1, rows: [0, 0]), .interlaced(file: "f")),
    ] {
      #expect(throws: error) { try read(bytes) }
    }
  }

  @Test func damageIsNamed() {
    let good = Self.file(2, 1, rows: [0, 7, 9])
    let checksum = good.count - 12 - 4
    var wrong = good
    wrong[checksum] ^= 1
    let palette = Self.chunk("PLTE", [1, 2, 3, 4])
    for (bytes, error) in [
      ([], PNGError.notPNG(file: "f")), (Array("GIF89a".utf8), .notPNG(file: "f")),
      (wrong, .wrongChecksum(file: "f", chunk: "IDAT")), (good + [0], .trailingBytes(file: "f", count: 1)),
      (Self.file(1, 1, before: Self.chunk("ABCD", []), rows: [0, 0]), .unknownChunk(file: "f", "ABCD")),
      (Self.file(1, 1, before: palette, rows: [0, 0]), .badPalette(file: "f", bytes: 4)),
      (Self.file(1, 1, color: 3, rows: [0, 0]), .missingChunk(file: "f", "PLTE")),
      (
        Self.file(1, 1, color: 3, before: Self.chunk("PLTE", [1, 2, 3]), rows: [0, 1]),
        .badData(file: "f", reason: "expected colours 0 to 0, found 1")
      ),
      (Self.file(2, 1, rows: [5, 7, 9]), .badData(file: "f", reason: "expected a filter 0 to 4 in row 0, found 5")),
      (Self.file(2, 1, rows: [0, 7]), .badData(file: "f", reason: "expected 3 bytes of rows, found 2")),
      (
        Self.file(2, 1, rows: [0, 7, 9, 9]),
        .badData(file: "f", reason: "expected at most 3 uncompressed bytes, found more")
      ),
      (
        Self.file(1, 1, depth: 4, color: 2, rows: [0, 0]),
        .badHeader(
          file: "f", "a colour type, depth and method that PNG has",
          found: "colour type 2, depth 4, methods 0, 0 and 0")
      ),
      (
        Self.file(1 << 20, 1 << 20, rows: []),
        .badHeader(file: "f", "a picture of 1 pixel to 256 MiB", found: "1048576x1048576")
      ),
      (Self.file(0, 1, rows: []), .badHeader(file: "f", "a picture of 1 pixel to 256 MiB", found: "0x1")),
    ] {
      #expect(throws: error) { try read(bytes) }
      #expect(!"\(error)".contains("\n") && "\(error)".hasPrefix("f: "))
    }
  }

  // Would catch a crash on a file of which any part is missing.
  @Test func aFileCutAtEveryByte() {
    for length in 0..<PNGFixtures.rgb.count {
      #expect(throws: PNGError.self) { try read(Array(PNGFixtures.rgb[..<length])) }
    }
  }

  // Would catch a crash on a file of which any bit is wrong. The checksums see all of them.
  @Test func aFileWithAnyBitFlipped() {
    for place in 0..<PNGFixtures.palette2.count {
      for bit in 0..<8 {
        var bytes = PNGFixtures.palette2
        bytes[place] ^= 1 << UInt8(bit)
        #expect(throws: PNGError.self, "bit \(bit) of byte \(place)") { try read(bytes) }
      }
    }
  }
}
