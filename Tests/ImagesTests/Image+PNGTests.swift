import Foundation
import Images
import Tensors
import TestSupport
import Testing

@Suite("PNG read") struct ImagePNGTests {
  /// Made by Pillow 13.0.0, `image.save(file, "PNG")` of 5x4 pixels; the pixels are what Pillow says of them.
  @Test(arguments: PillowFile.all) func pillow(_ file: PillowFile) throws {
    let image = try Image(png: [UInt8](try #require(Data(base64Encoded: file.base64))))
    #expect((image.width, image.height) == (5, 4))
    #expect(image.channels == file.channels)
    #expect(image.pixels == file.pixels)
  }

  static let kinds: [(color: UInt8, depth: Int, samples: Int)] =
    [1, 2, 4, 8, 16].map { (0, $0, 1) } + [8, 16].map { (2, $0, 3) } + [8, 16].map { (4, $0, 2) }
    + [8, 16].map { (6, $0, 4) }

  // Widths around a byte's end catch a row that is cut or read on; each filter on its own catches one that stands for
  // another, and a first row or pixel whose neighbours are not 0.
  @Test("every kind and depth under every filter", arguments: kinds.indices, 0...4)
  func filters(_ index: Int, _ filter: Int) throws {
    let (color, depth, samples) = Self.kinds[index]
    for width in [1, 2, 7, 8, 9] {
      let (height, count) = (3, width * samples)
      var random = SeededGenerator(seed: UInt64(100 * index + 10 * filter + width))
      let rows = (0..<height).map { _ in (0..<count).map { _ in random.below(1 << depth) } }
      let packed = rows.map { Self.packed($0, depth: depth) }
      let filtered = Self.filtered(packed, by: filter, step: max(samples * depth / 8, 1))
      let file = PNGFile.chunks([
        ("IHDR", PNGFile.header(width: width, height: height, color: color, depth: UInt8(depth))),
        ("IDAT", PNGFile.zlib(filtered)), ("IEND", []),
      ])
      let expected = rows.joined().map { UInt8((Double($0) * 255 / Double(1 << depth - 1)).rounded()) }
      #expect(
        try Image(png: file) == Image(width: width, height: height, channels: samples, pixels: expected))
    }
  }

  private static func packed(_ samples: [Int], depth: Int) -> [UInt8] {
    let bits = samples.flatMap { sample in (0..<depth).reversed().map { sample >> $0 & 1 } }
    return stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<8).reduce(UInt8(0)) { $0 << 1 | (start + $1 < bits.count ? UInt8(bits[start + $1]) : 0) }
    }
  }

  /// Rows as PNG's specification filters them: each byte less what is predicted from unfiltered neighbours.
  private static func filtered(_ rows: [[UInt8]], by filter: Int, step: Int) -> [UInt8] {
    rows.indices.flatMap { y -> [UInt8] in
      func at(_ y: Int, _ x: Int) -> Int { y < 0 || x < 0 ? 0 : Int(rows[y][x]) }
      return [UInt8(filter)]
        + rows[y].indices.map { x in
          let (a, b, c) = (at(y, x - step), at(y - 1, x), at(y - 1, x - step))
          let p = a + b - c
          let nearest = abs(p - a) <= abs(p - b) && abs(p - a) <= abs(p - c) ? a : abs(p - b) <= abs(p - c) ? b : c
          return rows[y][x] &- UInt8([0, a, b, (a + b) / 2, nearest][filter])
        }
    }
  }

  @Test("pixels in many chunks, unknown ones that may be passed over, bytes behind the end")
  func loose() throws {
    let stream = PNGFile.zlib([0, 1, 2, 0, 3, 4])
    let file = PNGFile.chunks(
      [("IHDR", PNGFile.header(width: 2, height: 2, color: 0, depth: 8)), ("tEXt", [1, 2, 3])]
        + stream.map { ("IDAT", [$0]) } + [("tIME", [0]), ("IEND", [])])
    #expect(try Image(png: file + [9, 9]) == Image(width: 2, height: 2, channels: 1, pixels: [1, 2, 3, 4]))
  }

  @Test("a grey that is transparent, compared with all its 16 bits")
  func transparentGrey() throws {
    let file = PNGFile.chunks([
      ("IHDR", PNGFile.header(width: 2, height: 1, color: 0, depth: 16)), ("tRNS", [0x80, 0x01]),
      ("IDAT", PNGFile.zlib([0, 0x80, 0x01, 0x80, 0x02])), ("IEND", []),
    ])
    #expect(try Image(png: file) == Image(width: 2, height: 1, channels: 2, pixels: [128, 0, 128, 255]))
  }
}
