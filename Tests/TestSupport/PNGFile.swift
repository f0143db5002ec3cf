import CZlib

/// PNG files made chunk by chunk, right or wrong as a test asks.
package enum PNGFile {
  /// A file of some chunks.
  package static func chunks(_ chunks: [(name: String, content: [UInt8])]) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunks.flatMap { chunk($0.name, $0.content) }
  }

  /// What an IHDR chunk holds.
  package static func header(
    width: Int, height: Int, color: UInt8, depth: UInt8, interlacing: UInt8 = 0
  ) -> [UInt8] {
    bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [depth, color, 0, 0, interlacing]
  }

  /// A file of rows, none of them filtered.
  /// - Parameter pixels: as many bytes as a row has, row by row.
  package static func plain(width: Int, height: Int, color: UInt8 = 0, depth: UInt8 = 8, pixels: [UInt8]) -> [UInt8] {
    let rowBytes = pixels.count / height
    let rows = (0..<height).flatMap { [0] + pixels[$0 * rowBytes..<($0 + 1) * rowBytes] }
    return chunks([
      ("IHDR", header(width: width, height: height, color: color, depth: depth)), ("IDAT", zlib(rows)), ("IEND", []),
    ])
  }

  /// Bytes as a zlib stream.
  package static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(UInt(bytes.count))
    var stream = [UInt8](repeating: 0, count: Int(size))
    precondition(compress(&stream, &size, bytes, UInt(bytes.count)) == Z_OK)
    return Array(stream[..<Int(size)])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + content
    return bigEndian(UInt32(content.count)) + named + bigEndian(checksum(named))
  }

  // By the definition, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
