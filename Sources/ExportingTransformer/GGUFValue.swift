import TransformerFormats

/// The value of a key of a GGUF file.
public enum GGUFValue: Sendable, Equatable {
  /// An unsigned integer of 32 bits.
  case u32(UInt32)
  /// A 32-bit float.
  case f32(Float)
  /// Yes or no.
  case bool(Bool)
  /// A text.
  case string(String)
  /// Texts, each as its bytes.
  case strings([[UInt8]])
  /// 32-bit floats.
  case floats([Float])
  /// Signed integers of 32 bits.
  case integers([Int32])

  /// The type's number and the value, as the format has them (docs/gguf.md of github.com/ggml-org/ggml).
  var bytes: [UInt8] {
    switch self {
    case .u32(let number): Self.type(.u32) + LittleEndian.bytes([number])
    case .f32(let number): Self.type(.f32) + LittleEndian.bytes([number])
    case .bool(let bool): Self.type(.bool) + [bool ? 1 : 0]
    case .string(let text): Self.type(.string) + Self.string(Array(text.utf8))
    case .strings(let texts):
      texts.reduce(into: Self.array(of: .string, count: texts.count)) { $0 += Self.string($1) }
    case .floats(let numbers): Self.array(of: .f32, count: numbers.count) + LittleEndian.bytes(numbers)
    case .integers(let numbers): Self.array(of: .s32, count: numbers.count) + LittleEndian.bytes(numbers)
    }
  }

  /// A text as the format has it: its length and its bytes.
  static func string(_ text: [UInt8]) -> [UInt8] { LittleEndian.bytes([UInt64(text.count)]) + text }

  private static func type(_ type: GGUFValueType) -> [UInt8] { LittleEndian.bytes([type.rawValue]) }

  private static func array(of type: GGUFValueType, count: Int) -> [UInt8] {
    Self.type(.array) + Self.type(type) + LittleEndian.bytes([UInt64(count)])
  }
}

#if _endian(big)
  #error("the files' numbers are little-endian and copied as they are: byte swapping is not written")
#endif

/// Numbers as files hold them.
enum LittleEndian {
  static func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
    numbers.withUnsafeBytes { [UInt8]($0) }
  }
}
