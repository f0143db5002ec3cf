import Tensors

extension Tensor {
  /// Runs `body` on the elements as a file holds them: in C order, little-endian.
  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch storage {
    case .f32(let values): try values.withUnsafeBytes(body)
    case .s8(let values): try values.withUnsafeBytes(body)
    case .u8(let values): try values.withUnsafeBytes(body)
    case .s32(let values): try values.withUnsafeBytes(body)
    }
  }
}
