/// The floats of two bytes that files hold in place of 32-bit ones.
public enum HalfFloat: String, Sendable, CaseIterable {
  /// IEEE 754 binary16.
  case f16 = "F16"
  /// The upper half of a binary32.
  case bf16 = "BF16"

  /// Bytes of one.
  public static let byteCount = 2

  /// Reads as 32-bit floats, which changes no number.
  /// - Parameter bytes: two for each float, little-endian, aligned to nothing.
  /// - Precondition: there are twice as many bytes as floats.
  public func widen(_ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>) {
    precondition(bytes.count == Self.byteCount * floats.count, "each half float has two bytes")
    for index in floats.indices {
      let bits = bytes.loadUnaligned(fromByteOffset: Self.byteCount * index, as: UInt16.self)
      floats[index] =
        switch self {
        case .f16: Float(Float16(bitPattern: bits))
        case .bf16: Float(bitPattern: UInt32(bits) << 16)
        }
    }
  }

  /// Writes 32-bit floats as half floats: what was widened becomes what it was, other numbers the nearest half float,
  /// of two equally near ones the even one. A NaN stays one.
  /// - Precondition: there are twice as many bytes as floats.
  public func narrow(_ floats: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
    precondition(bytes.count == Self.byteCount * floats.count, "each half float has two bytes")
    for index in floats.indices {
      let bits =
        switch self {
        case .f16: Float16(floats[index]).bitPattern
        case .bf16: Self.upperHalf(floats[index])
        }
      bytes.storeBytes(of: bits, toByteOffset: Self.byteCount * index, as: UInt16.self)
    }
  }

  private static func upperHalf(_ float: Float) -> UInt16 {
    let bits = float.bitPattern
    // The carry of a NaN's payload could make it an infinity: it is made quiet instead.
    if float.isNaN { return UInt16(bits >> 16) | 0x40 }
    let even = bits >> 16 & 1
    return UInt16((bits + 0x7FFF + even) >> 16)
  }
}
