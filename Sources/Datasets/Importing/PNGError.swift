/// What can be wrong with a PNG file, and what this reader does not take.
public enum PNGError: Error, Equatable, CustomStringConvertible {
  /// The file does not begin as PNG files do.
  case notPNG(file: String)
  /// The file ends before its last chunk does.
  case truncated(file: String, bytes: Int)
  /// Something follows the last chunk.
  case trailingBytes(file: String, count: Int)
  /// A chunk's CRC-32 is not that of its content.
  case wrongChecksum(file: String, chunk: String)
  /// A chunk that a picture needs is not there, or not where it belongs.
  case missingChunk(file: String, String)
  /// A chunk without which no reader understands the picture.
  case unknownChunk(file: String, String)
  /// A palette that is none.
  case badPalette(file: String, bytes: Int)
  /// A header that makes no sense.
  case badHeader(file: String, String, found: String)
  /// Compressed rows that are damaged.
  case badData(file: String, reason: String)
  /// Samples of 16 bits.
  case tooDeep(file: String, found: Int)
  /// Rows in seven passes.
  case interlaced(file: String)
  /// Pixels that let a background through.
  case transparent(file: String)

  /// One line: the file, what was expected, what was found, what to do.
  public var description: String {
    switch self {
    case .notPNG(let file): "\(file): expected a PNG file, found other data"
    case .truncated(let file, let bytes): "\(file): expected a whole PNG file, found one cut off after \(bytes) bytes"
    case .trailingBytes(let file, let count):
      "\(file): expected the end of the file after the PNG's last chunk, found \(count) more bytes"
    case .wrongChecksum(let file, let chunk):
      "\(file): expected a sound PNG file, found a wrong checksum of its chunk \(chunk)"
    case .missingChunk(let file, let chunk): "\(file): expected a PNG file's chunk \(chunk), found none"
    case .unknownChunk(let file, let chunk): "\(file): expected chunks of the PNG standard, found the critical \(chunk)"
    case .badPalette(let file, let bytes): "\(file): expected a palette of 1 to 256 colours, found \(bytes) bytes"
    case .badHeader(let file, let expected, let found): "\(file): expected \(expected) in the header, found \(found)"
    case .badData(let file, let reason): "\(file): the picture: \(reason)"
    case .tooDeep(let file, let found): "\(file): expected at most 8 bits a sample, found \(found); save it with 8"
    case .interlaced(let file): "\(file): expected a PNG file without interlacing, found one with; save it without"
    case .transparent(let file):
      "\(file): expected opaque pixels, found transparency; put the picture on a background of your choice"
    }
  }
}
