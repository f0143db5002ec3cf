import Compression
import Tensors

/// A PNG file's picture (ISO/IEC 15948), as a network takes it: grey or red, green and blue, 8 bits each.
///
/// The container and the filters are read here, on zlib and its checksum: libpng would be one more package for every
/// machine to install, and of its many transformations none would be used. Colours are taken as they are, without a
/// gamma. What a network cannot take without a choice that is a person's is refused: transparency, 16 bits, interlacing.
package struct PNG {
  /// Channels, height and width: 1 channel of grey, or 3 of colours.
  package let shape: Shape
  /// Channel by channel, row by row.
  package let planes: [UInt8]

  /// The largest file that is read, 64 MiB.
  static let largestFile = 1 << 26
  /// The largest picture, in bytes of its unpacked rows, 256 MiB.
  static let largestPicture = 1 << 28

  /// Reads a file's bytes.
  /// - Parameter file: the name that an error gives to the bytes.
  package init(parsing bytes: [UInt8], file: String) throws(PNGError) {
    let chunks = try PNGChunks(bytes, file: file)
    let header = try PNGHeader(chunks.header, file: file)
    if header.color == .palette, chunks.palette == nil { throw .missingChunk(file: file, "PLTE") }
    if chunks.hasTransparency { throw .transparent(file: file) }
    let rows: [UInt8]
    do {
      rows = try Deflate.inflated(zlib: chunks.data, limit: header.height * (header.rowBytes + 1))
    } catch {
      throw .badData(file: file, reason: "\(error)")
    }
    guard rows.count == header.height * (header.rowBytes + 1) else {
      throw .badData(
        file: file, reason: "expected \(header.height * (header.rowBytes + 1)) bytes of rows, found \(rows.count)")
    }
    let samples = try header.samples(of: rows, file: file)
    let (values, channels) = try header.colors(of: samples, palette: chunks.palette, file: file)
    let area = header.height * header.width
    shape = [channels, header.height, header.width]
    // From pixel by pixel to plane by plane.
    planes = (0..<channels).flatMap { channel in (0..<area).map { values[$0 * channels + channel] } }
  }
}

/// The chunks of a PNG file that a picture is made of, their order and checksums verified.
struct PNGChunks {
  private(set) var header: [UInt8] = []
  /// Red, green and blue of each entry; nil where there is no palette.
  private(set) var palette: [UInt8]?
  private(set) var data: [UInt8] = []
  private(set) var hasTransparency = false

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  init(_ bytes: [UInt8], file: String) throws(PNGError) {
    guard bytes.starts(with: Self.signature) else { throw .notPNG(file: file) }
    var (offset, isFirst, hasEnded) = (Self.signature.count, true, false)
    while offset < bytes.count {
      guard !hasEnded else { throw .trailingBytes(file: file, count: bytes.count - offset) }
      // Length of the data, type, data, CRC-32 of type and data.
      guard bytes.count - offset >= 12 else { throw .truncated(file: file, bytes: bytes.count) }
      let length = bytes.bigEndian(at: offset)
      guard length <= bytes.count - offset - 12 else { throw .truncated(file: file, bytes: bytes.count) }
      let end = offset + 8 + length
      let name = Array(bytes[offset + 4..<offset + 8])
      let type = String(decoding: name.map { $0.isLetterOrDigit ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
      guard Int(Deflate.crc32(Array(bytes[offset + 4..<end]))) == bytes.bigEndian(at: end) else {
        throw .wrongChecksum(file: file, chunk: type)
      }
      guard isFirst == (type == "IHDR") else { throw .missingChunk(file: file, "IHDR, once, as the first") }
      try take(type, Array(bytes[offset + 8..<end]), isCritical: name[0] & 0x20 == 0, file: file)
      hasEnded = type == "IEND"
      (offset, isFirst) = (end + 4, false)
    }
    if isFirst { throw .missingChunk(file: file, "IHDR, once, as the first") }
    if data.isEmpty { throw .missingChunk(file: file, "IDAT") }
    if !hasEnded { throw .truncated(file: file, bytes: bytes.count) }
  }

  private mutating func take(_ type: String, _ content: [UInt8], isCritical: Bool, file: String) throws(PNGError) {
    switch type {
    case "IHDR": header = content
    case "PLTE":
      guard content.count % 3 == 0, (3...768).contains(content.count) else {
        throw .badPalette(file: file, bytes: content.count)
      }
      palette = content
    case "IDAT": data += content
    case "tRNS": hasTransparency = true
    case "IEND": break
    default: if isCritical { throw .unknownChunk(file: file, type) }
    }
  }
}

extension [UInt8] {
  /// Four bytes as a number, the most significant first.
  func bigEndian(at offset: Int) -> Int { self[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
}
