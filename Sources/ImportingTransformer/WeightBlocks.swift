import Checkpoints

/// Stored blocks to weights. A product of a binary16 scale and a stored integer has at most 19 bits, so that it is
/// exact in binary32, and only Q4_1's sum is rounded, once.
///
/// Layouts and formulas are those of ggml: `block_q8_0`, `block_q4_0` and `block_q4_1` of ggml-common.h, and
/// `dequantize_row_…` of ggml-quants.c (github.com/ggml-org/ggml).
enum WeightBlocks {
  /// Reads whole blocks.
  /// - Parameter bytes: aligned to nothing; as many blocks as fill the places.
  static func read(
    _ bytes: UnsafeRawBufferPointer, as storage: WeightStorage, into floats: UnsafeMutableBufferPointer<Float>
  ) {
    guard let block = storage.block else { preconditionFailure("\(storage) has no blocks") }
    precondition(bytes.count / block.bytes * block.weights == floats.count, "blocks fill their places")
    switch storage {
    case .f32: UnsafeMutableRawBufferPointer(floats).copyMemory(from: bytes)
    case .half(let half): half.widen(bytes, into: floats)
    default:
      for index in 0..<bytes.count / block.bytes {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[index * block.bytes..<(index + 1) * block.bytes])
        let places = UnsafeMutableBufferPointer(
          rebasing: floats[index * block.weights..<(index + 1) * block.weights])
        switch storage {
        case .q8_0: q8(piece, places)
        case .q4_0: q4(piece, places, codes: 2) { Float($0 - 8) * $1 }
        default:
          let least = half(piece, at: 2)
          q4(piece, places, codes: 4) { Float($0) * $1 + least }
        }
      }
    }
  }

  /// Reads signed bytes, each group of so many with its scale.
  /// - Parameter scales: those of these groups.
  static func readGroups(
    _ bytes: UnsafeRawBufferPointer, of size: Int, scales: UnsafeRawBufferPointer,
    into floats: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(bytes.count == floats.count && bytes.count == scales.count / 4 * size, "each group has a scale")
    for group in 0..<scales.count / 4 {
      let scale = scales.loadUnaligned(fromByteOffset: 4 * group, as: Float.self)
      for index in group * size..<(group + 1) * size {
        floats[index] = Float(Int8(bitPattern: bytes[index])) * scale
      }
    }
  }

  private static func q8(_ block: UnsafeRawBufferPointer, _ floats: UnsafeMutableBufferPointer<Float>) {
    let scale = half(block, at: 0)
    for index in floats.indices { floats[index] = Float(Int8(bitPattern: block[2 + index])) * scale }
  }

  /// Each byte holds a weight of the block's first half in its low bits, and one of its second half in its high bits.
  private static func q4(
    _ block: UnsafeRawBufferPointer, _ floats: UnsafeMutableBufferPointer<Float>, codes: Int,
    _ weight: (_ code: Int, _ scale: Float) -> Float
  ) {
    let (scale, middle) = (half(block, at: 0), floats.count / 2)
    for index in 0..<middle {
      let byte = Int(block[codes + index])
      floats[index] = weight(byte & 15, scale)
      floats[middle + index] = weight(byte >> 4, scale)
    }
  }

  private static func half(_ block: UnsafeRawBufferPointer, at offset: Int) -> Float {
    Float(Float16(bitPattern: block.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
  }
}
