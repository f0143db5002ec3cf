import Tensors

/// The element types of the format, by their words in a header, as of the reference library's release 0.8.
enum StoredDType: String, CaseIterable {
  case f32 = "F32"
  case s8 = "I8"
  case u8 = "U8"
  case s32 = "I32"
  case f16 = "F16"
  case bf16 = "BF16"
  case bool = "BOOL"
  case f4 = "F4"
  case f6e2m3 = "F6_E2M3"
  case f6e3m2 = "F6_E3M2"
  case f8e5m2 = "F8_E5M2"
  case f8e4m3 = "F8_E4M3"
  case f8e8m0 = "F8_E8M0"
  case f8e4m3fnuz = "F8_E4M3FNUZ"
  case f8e5m2fnuz = "F8_E5M2FNUZ"
  case s16 = "I16"
  case u16 = "U16"
  case u32 = "U32"
  case c64 = "C64"
  case f64 = "F64"
  case s64 = "I64"
  case u64 = "U64"

  /// The word for the elements of a tensor that is to be written.
  init(_ tensor: TensorDeclaration) {
    self =
      switch (tensor.half, tensor.dtype) {
      case (.f16, _): .f16
      case (.bf16, _): .bf16
      case (nil, .f32): .f32
      case (nil, .s8): .s8
      case (nil, .u8): .u8
      case (nil, .s32): .s32
      }
  }

  /// The type as which its elements are read; nil where Octavo holds none that fits.
  var read: DType? {
    switch self {
    case .f32, .f16, .bf16: .f32
    case .s8: .s8
    case .u8: .u8
    case .s32: .s32
    default: nil
    }
  }

  /// Bits of one element. Elements of fewer than eight lie packed.
  private var bits: Int {
    switch self {
    case .f4: 4
    case .f6e2m3, .f6e3m2: 6
    case .s8, .u8, .bool, .f8e5m2, .f8e4m3, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
    case .f16, .bf16, .s16, .u16: 16
    case .f32, .s32, .u32: 32
    case .c64, .f64, .s64, .u64: 64
    }
  }

  /// Bytes of a tensor of the given dimensions, the last one filled up where elements are packed; nil where they, or
  /// a partial product of the dimensions, do not fit 63 bits.
  func byteCount(of dimensions: [Int]) -> Int? {
    let isPacked = bits < 8
    // Multiplied in the order of `Shape.count`, whose partial products must fit too, even where a later one is zero.
    var product = 1
    for factor in dimensions + [isPacked ? bits : bits / 8] {
      let overflows: Bool
      (product, overflows) = product.multipliedReportingOverflow(by: factor)
      if overflows { return nil }
    }
    return isPacked ? product / 8 + (product % 8 == 0 ? 0 : 1) : product
  }
}
