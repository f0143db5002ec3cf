import CZlib
import Foundation
import Reporting
import Testing

@Suite("Pictures of images")
struct GreyImageTests {
  /// The PNG that a report embeds of its only image.
  private func png(_ image: GreyImage) throws -> [UInt8] {
    var report = Report.sampleOfOne()
    report.calibrations = []
    report.schemes[0].disagreements[0].image = image
    let html = report.html()
    let start = try #require(html.range(of: "src=\"data:image/png;base64,"))
    let text = html[start.upperBound...].prefix { $0 != "\"" }
    return [UInt8](try #require(Data(base64Encoded: String(text))))
  }

  /// Chunks by type, their checksums held against CRC-32 bit by bit.
  private func chunks(_ png: [UInt8]) throws -> [(type: String, data: [UInt8])] {
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    var (rest, chunks) = (png.dropFirst(8), [(type: String, data: [UInt8])]())
    while !rest.isEmpty {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      let content = rest.dropFirst(4).prefix(4 + length)
      let checksum = rest.dropFirst(8 + length).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      #expect(Self.crc32(content) == checksum)
      chunks.append((String(decoding: content.prefix(4), as: UTF8.self), Array(content.dropFirst(4))))
      rest = rest.dropFirst(12 + length)
    }
    return chunks
  }

  private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }

  @Test("a PNG of four bits, paper white, ink black, an odd row filled up")
  func fourBits() throws {
    // Three pixels to a row: 0 is paper (15), 255 ink (0), 128 between them (7).
    let found = try chunks(png(GreyImage(width: 3, height: 2, pixels: [0, 128, 255, 255, 255, 0])))
    #expect(found.map(\.type) == ["IHDR", "IDAT", "IEND"])
    #expect(found[0].data == [0, 0, 0, 3, 0, 0, 0, 2, 4, 0, 0, 0, 0])
    var (rows, count) = ([UInt8](repeating: 0, count: 100), UInt(100))
    #expect(uncompress(&rows, &count, found[1].data, UInt(found[1].data.count)) == Z_OK)
    #expect(rows[..<Int(count)] == [0, 0xF7, 0x00, 0, 0x00, 0xF0])
  }

  @Test("a sheet: row by row, and paper where there is no image left")
  func sheet() {
    let images = (1...3).map { GreyImage(width: 2, height: 1, pixels: [UInt8($0), UInt8(10 * $0)]) }
    #expect(
      GreyImage(sheet: images, columns: 2)
        == GreyImage(width: 4, height: 2, pixels: [1, 10, 2, 20, 3, 30, 0, 0]))
  }
}
