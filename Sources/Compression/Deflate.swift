import CZlib

/// zlib streams (RFC 1950), and the checksum that PNG puts beside them.
public enum Deflate {
  /// The bytes as one zlib stream, as small as zlib makes it. Other versions of zlib may find other bytes, that inflate
  /// to the same.
  public static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    let bound = compressBound(UInt(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(bound)) { target, count in
      var written = bound
      let status = bytes.withUnsafeBufferPointer { source in
        compress2(target.baseAddress, &written, source.baseAddress, UInt(source.count), Z_BEST_COMPRESSION)
      }
      // With room for the bound there is nothing left but a lack of memory, which ends a Swift program anyway.
      precondition(status == Z_OK, "zlib says \(status)")
      count = Int(written)
    }
  }

  /// The bytes that one zlib stream holds. zlib checks the sum at its end.
  /// - Parameter limit: the largest output accepted.
  public static func inflated(zlib bytes: [UInt8], limit: Int) throws(InflationError) -> [UInt8] {
    try Inflation.inflate(bytes, in: .zlib, limit: limit)
  }

  /// The CRC-32 of some bytes, as gzip and PNG have it.
  public static func crc32(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: CZlib.crc32(0, $0.baseAddress, UInt32($0.count))) }
  }
}
