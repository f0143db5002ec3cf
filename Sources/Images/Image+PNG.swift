import Compression

extension Image {
  /// The picture that a PNG file holds (PNG, third edition, W3C 2025): grey, colour or palette of 1, 2, 4, 8 or 16 bits,
  /// with or without alpha, every filter.
  ///
  /// Samples of other depths become 8 bits, round(sample * 255 / largest): exact for fewer. A palette becomes colours, a
  /// transparent colour (tRNS) an alpha channel. Every chunk's checksum is checked. Colour spaces and gamma are not
  /// applied, and what follows the end of the picture is not read.
  /// - Throws: `PNGError`, without the file's name.
  public init(png: [UInt8]) throws(PNGError) {
    let chunks = try PNGChunks(png)
    let header = chunks.header
    let rows: [UInt8]
    do throws(InflateError) {
      rows = try Inflate.zlib(chunks.data, limit: header.filteredByteCount)
    } catch {
      throw .badPixels("\(error)")
    }
    guard rows.count == header.filteredByteCount else {
      throw .badPixels("expected \(header.filteredByteCount) uncompressed bytes, found \(rows.count)")
    }
    let plain = try PNGFilter.undo(rows, rowBytes: header.rowBytes, step: header.filterStep)
    self = try PNGSamples(header, plain).image(palette: chunks.palette, transparency: chunks.transparency)
  }
}

/// What can be wrong with a PNG file.
public enum PNGError: Error, Equatable, CustomStringConvertible {
  /// Another kind of file.
  case notPNG
  /// The file ends too early, after so many bytes.
  case truncated(bytes: Int)
  /// A chunk whose checksum is wrong.
  case wrongChecksum(chunk: String)
  /// A chunk that is missing, stands elsewhere or twice, or has a content that PNG does not know.
  case badChunk(String, expected: String, found: String)
  /// Rows in the order of Adam7.
  case interlaced
  /// More pixels than this program takes.
  case tooLarge(width: Int, height: Int)
  /// The compressed pixels.
  case badPixels(String)

  /// One clause: expected, found, what to do.
  public var description: String {
    switch self {
    case .notPNG: "expected a PNG file, found other data; convert it to PNG"
    case .truncated(let bytes): "expected a whole PNG file, found one cut off after \(bytes) bytes; copy it again"
    case .wrongChecksum(let chunk): "chunk \(chunk): expected its checksum to hold, found damage; copy it again"
    case .badChunk(let chunk, let expected, let found):
      "chunk \(chunk): expected \(expected), found \(found); write the PNG again with another program"
    case .interlaced: "expected a PNG whose rows come in order, found an interlaced one; save it without interlacing"
    case .tooLarge(let width, let height):
      "expected at most \(PNGHeader.mostPixels) pixels, found \(width)x\(height); make it smaller"
    case .badPixels(let reason): "pixels: \(reason); copy it again"
    }
  }
}
