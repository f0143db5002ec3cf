import CZlib

/// Reading of gzip files (RFC 1952), one member each, with a limit on what comes out.
public enum Gzip {
  // What one call of zlib may produce before the limit is looked at again.
  private static let pieceSize = 1 << 18

  /// The bytes that `compressed` holds.
  ///
  /// The output is produced a piece at a time, so a small file that unfolds into gigabytes costs no more than
  /// `limit` and one piece. zlib checks the CRC-32 and the length in the trailer.
  ///
  /// - Parameter file: the name that an error gives to the bytes.
  /// - Parameter limit: the largest output accepted.
  public static func inflate(_ compressed: [UInt8], file: String, limit: Int) throws(GzipError) -> [UInt8] {
    guard compressed.count >= 2, compressed[0] == 0x1F, compressed[1] == 0x8B else {
      throw compressed.isEmpty ? .truncated(file: file, bytes: 0) : .notGzip(file: file)
    }
    guard let inputCount = UInt32(exactly: compressed.count) else {
      throw .corrupt(file: file, reason: "4 GiB or more")
    }
    // zlib remembers where its state lies, so the state must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    // 15 is the largest window; 16 more asks for gzip's header and trailer and nothing else.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if status != Z_OK { throw .unusable(file: file, status: Int(status)) }
    defer { inflateEnd(stream) }
    return try compressed.withUnsafeBufferPointer { (input) throws(GzipError) in
      // zlib's field is not const, but zlib never writes to its input.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = inputCount
      let output = try drain(stream, file: file, inputCount: compressed.count, limit: limit)
      let trailing = Int(stream.pointee.avail_in)
      if trailing > 0 { throw .trailingBytes(file: file, count: trailing) }
      return output
    }
  }

  private static func drain(
    _ stream: UnsafeMutablePointer<z_stream>, file: String, inputCount: Int, limit: Int
  ) throws(GzipError) -> [UInt8] {
    var output: [UInt8] = []
    let piece = UnsafeMutablePointer<UInt8>.allocate(capacity: pieceSize)
    defer { piece.deallocate() }
    while true {
      stream.pointee.next_out = piece
      stream.pointee.avail_out = UInt32(pieceSize)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      let produced = pieceSize - Int(stream.pointee.avail_out)
      if output.count + produced > limit { throw .tooLarge(file: file, limit: limit) }
      output.append(contentsOf: UnsafeBufferPointer(start: piece, count: produced))
      switch status {
      case Z_STREAM_END: return output
      case Z_OK: continue
      // No progress was possible: the piece is empty, so it is the input that is missing.
      case Z_BUF_ERROR: throw .truncated(file: file, bytes: inputCount)
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) }
        throw .corrupt(file: file, reason: reason ?? "zlib says \(status)")
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
