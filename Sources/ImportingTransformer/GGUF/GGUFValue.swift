import TransformerFormats

/// The value of a key of a GGUF file. Strings and arrays are places in it.
enum GGUFValue: Sendable, Equatable {
  case integer(Int)
  /// An integer that does not fit 63 bits.
  case huge(UInt64)
  case float(Double)
  case bool(Bool)
  case string(Range<Int>)
  case array(GGUFArray)

  /// The value of the bytes of a single one.
  init(_ bytes: UnsafeRawBufferPointer, as kind: GGUFValueType) {
    func load<T: BitwiseCopyable>(_: T.Type) -> T { bytes.loadUnaligned(as: T.self) }
    self =
      switch kind {
      case .u8: .integer(Int(load(UInt8.self)))
      case .s8: .integer(Int(load(Int8.self)))
      case .u16: .integer(Int(load(UInt16.self)))
      case .s16: .integer(Int(load(Int16.self)))
      case .u32: .integer(Int(load(UInt32.self)))
      case .s32: .integer(Int(load(Int32.self)))
      case .s64: .integer(Int(load(Int64.self)))
      case .u64: Int(exactly: load(UInt64.self)).map(GGUFValue.integer) ?? .huge(load(UInt64.self))
      case .f32: .float(Double(load(Float.self)))
      case .f64: .float(load(Double.self))
      case .bool: .bool(load(UInt8.self) == 1)
      case .string, .array: preconditionFailure("strings and arrays stay in the file")
      }
  }
}

/// An array of single values, all of which are in the file.
struct GGUFArray: Sendable, Equatable {
  let kind: GGUFValueType
  let count: Int
  /// Where its elements are.
  let range: Range<Int>
}
