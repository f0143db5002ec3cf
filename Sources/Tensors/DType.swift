/// The element types that Octavo's files and engines hold, named as the field names them.
public enum DType: String, NamedChoice {
  /// IEEE 754 binary32.
  case f32
  /// Signed 8-bit integer: quantized weights.
  case s8
  /// Unsigned 8-bit integer: quantized activations.
  case u8
  /// Signed 32-bit integer: biases, accumulators, zero points.
  case s32

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .f32, .s32: 4
    case .s8, .u8: 1
    }
  }
}
