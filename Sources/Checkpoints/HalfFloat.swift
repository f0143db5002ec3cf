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
        case .f16: Self.wide(bits)
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
        case .f16: Self.narrow(floats[index])
        case .bf16: Self.upperHalf(floats[index])
        }
      bytes.storeBytes(of: bits, toByteOffset: Self.byteCount * index, as: UInt16.self)
    }
  }

  // The language's own conversions are calls where the processor is not known to have an instruction for them: an
  // import of half floats spent most of its time there.

  /// The float of a binary16's bits. A product with 2^112 corrects the exponent, of the small ones too.
  private static func wide(_ bits: UInt16) -> Float {
    let magnitude = Float(bitPattern: UInt32(bits & 0x7FFF) << 13) * 0x1p112
    // From 2^16 on there are infinities and what is no number.
    let special: UInt32 = magnitude >= 0x1p16 ? 0x7F80_0000 : 0
    return Float(bitPattern: UInt32(bits & 0x8000) << 16 | magnitude.bitPattern | special)
  }

  /// The bits of the nearest binary16.
  private static func narrow(_ float: Float) -> UInt16 {
    let sign = UInt16(float.bitPattern >> 16) & 0x8000
    let bits = float.bitPattern & 0x7FFF_FFFF
    if bits >= 0x4780_0000 { return sign | (bits > 0x7F80_0000 ? 0x7E00 : 0x7C00) }
    // Below 2^-14 the step is 2^-24, that of floats of 0.5 and more, where the sum is rounded.
    if bits < 0x3880_0000 { return sign | UInt16((Float(bitPattern: bits) + 0.5).bitPattern - Float(0.5).bitPattern) }
    // Half a step, less the least where the lower of two equally near ones is even; 112 less in the exponent.
    let even = bits >> 13 & 1
    return sign | UInt16((bits - (112 << 23) + 0xFFF + even) >> 13)
  }

  private static func upperHalf(_ float: Float) -> UInt16 {
    let bits = float.bitPattern
    // The carry of a NaN's payload could make it an infinity: it is made quiet instead.
    if float.isNaN { return UInt16(bits >> 16) | 0x40 }
    let even = bits >> 16 & 1
    return UInt16((bits + 0x7FFF + even) >> 16)
  }
}
