import CZlib

/// Reading of deflated data (RFC 1951), whatever they are wrapped in, with a limit on what comes out.
enum Inflation {
  /// What zlib is to find around the data: its word for the largest window, and 16 more for gzip's header and trailer.
  enum Wrapper: Int32 {
    case zlib = 15
    case gzip = 31
  }

  // What one call of zlib may produce before the limit is looked at again.
  private static let pieceSize = 1 << 18

  /// The bytes that `compressed` holds.
  ///
  /// The output is produced a piece at a time, so a small file that unfolds into gigabytes costs no more than `limit` and
  /// one piece. zlib checks the sums in the trailer.
  static func inflate(_ compressed: [UInt8], in wrapper: Wrapper, limit: Int) throws(InflationError) -> [UInt8] {
    guard let inputCount = UInt32(exactly: compressed.count) else { throw .corrupt(reason: "4 GiB or more") }
    // zlib remembers where its state lies, so the state must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let status = inflateInit2_(stream, wrapper.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if status != Z_OK { throw .unusable(status: Int(status)) }
    defer { inflateEnd(stream) }
    return try compressed.withUnsafeBufferPointer { (input) throws(InflationError) in
      // zlib's field is not const, but zlib never writes to its input.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = inputCount
      let output = try drain(stream, inputCount: compressed.count, limit: limit)
      let trailing = Int(stream.pointee.avail_in)
      if trailing > 0 { throw .trailingBytes(count: trailing) }
      return output
    }
  }

  private static func drain(
    _ stream: UnsafeMutablePointer<z_stream>, inputCount: Int, limit: Int
  ) throws(InflationError) -> [UInt8] {
    var output: [UInt8] = []
    let pieceSize = min(Self.pieceSize, limit + 1)
    let piece = UnsafeMutablePointer<UInt8>.allocate(capacity: pieceSize)
    defer { piece.deallocate() }
    while true {
      stream.pointee.next_out = piece
      stream.pointee.avail_out = UInt32(pieceSize)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      let produced = pieceSize - Int(stream.pointee.avail_out)
      if output.count + produced > limit { throw .tooLarge(limit: limit) }
      output.append(contentsOf: UnsafeBufferPointer(start: piece, count: produced))
      switch status {
      case Z_STREAM_END: return output
      case Z_OK: continue
      // No progress was possible: the piece is empty, so it is the input that is missing.
      case Z_BUF_ERROR: throw .truncated(bytes: inputCount)
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) }
        throw .corrupt(reason: reason ?? "zlib says \(status)")
      }
    }
  }
}

/// What can be wrong with deflated data.
public enum InflationError: Error, Equatable, CustomStringConvertible {
  /// The data end too early.
  case truncated(bytes: Int)
  /// The data or their checksum are wrong.
  case corrupt(reason: String)
  /// More comes out than was allowed.
  case tooLarge(limit: Int)
  /// Something follows the data.
  case trailingBytes(count: Int)
  /// zlib could not start.
  case unusable(status: Int)

  /// A part of a line: what was expected, what was found.
  public var description: String {
    switch self {
    case .truncated(let bytes): "expected whole compressed data, found them cut off after \(bytes) bytes"
    case .corrupt(let reason): "expected sound compressed data, found damage (\(reason))"
    case .tooLarge(let limit): "expected at most \(limit) uncompressed bytes, found more"
    case .trailingBytes(let count): "expected the end of the compressed data, found \(count) more bytes"
    case .unusable(let status): "zlib could not start (status \(status))"
    }
  }
}
