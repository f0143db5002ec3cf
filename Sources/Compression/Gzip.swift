/// Reading of gzip files (RFC 1952), one member each, with a limit on what comes out.
public enum Gzip {
  /// The bytes that `compressed` holds. zlib checks the CRC-32 and the length in the trailer.
  ///
  /// - Parameter file: the name that an error gives to the bytes.
  /// - Parameter limit: the largest output accepted.
  public static func inflate(_ compressed: [UInt8], file: String, limit: Int) throws(GzipError) -> [UInt8] {
    guard compressed.count >= 2, compressed[0] == 0x1F, compressed[1] == 0x8B else {
      throw compressed.isEmpty ? .truncated(file: file, bytes: 0) : .notGzip(file: file)
    }
    do {
      return try Inflation.inflate(compressed, in: .gzip, limit: limit)
    } catch {
      switch error {
      case .truncated(let bytes): throw .truncated(file: file, bytes: bytes)
      case .corrupt(let reason): throw .corrupt(file: file, reason: reason)
      case .tooLarge(let limit): throw .tooLarge(file: file, limit: limit)
      case .trailingBytes(let count): throw .trailingBytes(file: file, count: count)
      case .unusable(let status): throw .unusable(file: file, status: status)
      }
    }
  }
}

/// What can be wrong with a gzip file.
public enum GzipError: Error, Equatable, CustomStringConvertible {
  /// The file does not begin as gzip files do.
  case notGzip(file: String)
  /// The file ends before the compressed data do.
  case truncated(file: String, bytes: Int)
  /// The compressed data or their checksum are wrong.
  case corrupt(file: String, reason: String)
  /// More comes out than was allowed.
  case tooLarge(file: String, limit: Int)
  /// Something follows the compressed data.
  case trailingBytes(file: String, count: Int)
  /// zlib could not start.
  case unusable(file: String, status: Int)

  /// One line: the file, what was expected, what was found.
  public var description: String {
    switch self {
    case .notGzip(let file): "\(file): expected a gzip file, found other data"
    case .truncated(let file, let bytes):
      "\(file): expected a whole gzip file, found one cut off after \(bytes) bytes"
    case .corrupt(let file, let reason): "\(file): expected a sound gzip file, found damage (\(reason))"
    case .tooLarge(let file, let limit): "\(file): expected at most \(limit) uncompressed bytes, found more"
    case .trailingBytes(let file, let count):
      "\(file): expected the end of the file after the gzip data, found \(count) more bytes"
    case .unusable(let file, let status): "\(file): zlib could not start (status \(status))"
    }
  }
}
