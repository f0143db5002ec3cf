import Checkpoints
import TransformerFormats

/// How a file holds weights.
public enum WeightStorage: Sendable, Equatable {
  /// As 32-bit floats.
  case f32
  /// As half floats.
  case half(HalfFloat)
  /// ggml's blocks of 32 weights: a scale in binary16 and 32 signed bytes.
  case q8_0
  /// ggml's blocks of 32 weights: a scale in binary16 and 32 numbers of four bits, less 8.
  case q4_0
  /// ggml's blocks of 32 weights: a scale and the least weight in binary16, and 32 numbers of four bits.
  case q4_1
  /// llama2.c's: signed bytes of the whole tensor, then a 32-bit scale for each group of so many.
  case groups(Int)

  /// Whether weights were rounded to fewer values than half floats have.
  public var isQuantized: Bool {
    switch self {
    case .f32, .half: false
    case .q8_0, .q4_0, .q4_1, .groups: true
    }
  }

  /// Weights and bytes of the smallest piece that is stored by itself; nil for `groups`, whose scales lie apart.
  var block: (weights: Int, bytes: Int)? {
    switch self {
    case .f32: GGUFTensorType.f32.block
    case .half: (1, HalfFloat.byteCount)
    case .q8_0: GGUFTensorType.q8_0.block
    case .q4_0: GGUFTensorType.q4_0.block
    case .q4_1: GGUFTensorType.q4_1.block
    case .groups: nil
    }
  }
}

extension WeightStorage: CustomStringConvertible {
  /// `Q8_0`.
  public var description: String {
    switch self {
    case .f32: "F32"
    case .half(let half): half.rawValue
    case .q8_0: "Q8_0"
    case .q4_0: "Q4_0"
    case .q4_1: "Q4_1"
    case .groups(let size): "int8 in groups of \(size)"
    }
  }
}
