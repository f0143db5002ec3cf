/// Types of a GGUF file's values, by the format's numbers (docs/gguf.md of github.com/ggml-org/ggml).
package enum GGUFValueType: UInt32, Sendable {
  case u8 = 0
  case s8, u16, s16, u32, s32, f32, bool, string, array, u64, s64, f64

  /// Bytes of a value; 0 of those that have no fixed size.
  package var byteCount: Int {
    switch self {
    case .u8, .s8, .bool: 1
    case .u16, .s16: 2
    case .u32, .s32, .f32: 4
    case .u64, .s64, .f64: 8
    case .string, .array: 0
    }
  }
}
