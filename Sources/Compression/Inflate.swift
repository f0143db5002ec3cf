import CZlib

/// Reading of what zlib compressed, with a limit on what comes out: zlib streams (RFC 1950), as PNG has them.
public enum Inflate {
  // What one call of zlib may produce before the limit is looked at again.
  private static let pieceSize = 1 << 18
  // The largest window; 16 more asks for gzip's header and trailer and nothing else.
  private static let largestWindow: Int32 = 15
  static let gzipWindow = largestWindow + 16

  /// The bytes that a zlib stream holds; zlib checks its Adler-32.
  /// - Parameter limit: the largest output accepted. No more memory than that and one piece is taken.
  public static func zlib(_ compressed: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
    try inflate(compressed, window: largestWindow, limit: limit)
  }

  /// The bytes that a stream holds, in the format that zlib is told by `window`, `windowBits` of its manual.
  static func inflate(_ compressed: [UInt8], window: Int32, limit: Int) throws(InflateError) -> [UInt8] {
    guard let inputCount = UInt32(exactly: compressed.count) else { throw .corrupt("4 GiB or more") }
    // zlib remembers where its state lies, so the state must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let status = inflateInit2_(stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if status != Z_OK { throw .unusable(status: Int(status)) }
    defer { inflateEnd(stream) }
    return try compressed.withUnsafeBufferPointer { (input) throws(InflateError) in
      // zlib's field is not const, but zlib never writes to its input.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = inputCount
      let output = try drain(stream, limit: limit)
      let trailing = Int(stream.pointee.avail_in)
      if trailing > 0 { throw .trailingBytes(trailing) }
      return output
    }
  }

  private static func drain(
    _ stream: UnsafeMutablePointer<z_stream>, limit: Int
  ) throws(InflateError) -> [UInt8] {
    var output: [UInt8] = []
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
      case Z_BUF_ERROR: throw .truncated
      default: throw .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "zlib says \(status)")
      }
    }
  }
}

/// What can be wrong with compressed data.
public enum InflateError: Error, Equatable, CustomStringConvertible {
  /// They end too early.
  case truncated
  /// They or their checksum are wrong.
  case corrupt(String)
  /// More comes out than was allowed.
  case tooLarge(limit: Int)
  /// Something follows them: so many bytes.
  case trailingBytes(Int)
  /// zlib could not start.
  case unusable(status: Int)

  /// One clause: expected and found.
  public var description: String {
    switch self {
    case .truncated: "expected whole compressed data, found them cut off"
    case .corrupt(let reason): "expected sound compressed data, found damage (\(reason))"
    case .tooLarge(let limit): "expected at most \(limit) uncompressed bytes, found more"
    case .trailingBytes(let count): "expected the end of the compressed data, found \(count) more bytes"
    case .unusable(let status): "zlib could not start (status \(status))"
    }
  }
}
