/// Types of a GGUF file's tensors that Octavo knows, by ggml's numbers (ggml.h of github.com/ggml-org/ggml).
package enum GGUFTensorType: UInt32, Sendable, CaseIterable {
  case f32 = 0
  case f16 = 1
  case q4_0 = 2
  case q4_1 = 3
  case q8_0 = 8
  case bf16 = 30

  /// Weights and bytes of the smallest piece that is stored by itself: a block of scale and codes, as `block_q8_0` and
  /// its like of ggml-common.h have it, or a float.
  package var block: (weights: Int, bytes: Int) {
    switch self {
    case .f32: (1, 4)
    case .f16, .bf16: (1, 2)
    case .q8_0: (32, 2 + 32)
    case .q4_0: (32, 2 + 16)
    case .q4_1: (32, 2 + 2 + 16)
    }
  }
}
