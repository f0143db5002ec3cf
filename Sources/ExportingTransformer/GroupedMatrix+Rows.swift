import Transformer

extension GroupedMatrix {
  /// Appends a row as ggml's blocks of 32: a scale in binary16, then the integers; of 8 bits `block_q8_0`, of 4 bits
  /// `block_q4_0`, in which the lower half bytes hold a block's first 16 integers and the upper ones the others, plus 8
  /// (ggml-common.h and `dequantize_row_q4_0` of github.com/ggml-org/ggml).
  /// - Precondition: groups are of 32.
  func appendBlocks(ofRow row: Int, to bytes: inout [UInt8]) {
    precondition(layout.group == 32, "ggml's blocks are of 32")
    withIntegers(ofRow: row) { integers in
      for group in 0..<layout.groups {
        withUnsafeBytes(of: Float16(scale(row, group: group)).bitPattern) { bytes += $0 }
        let block = UnsafeBufferPointer(rebasing: integers[group * 32..<(group + 1) * 32])
        switch layout.bits {
        case .eight: bytes += UnsafeRawBufferPointer(block)
        case .four: for place in 0..<16 { bytes.append(UInt8(block[place] + 8) | UInt8(block[place + 16] + 8) << 4) }
        }
      }
    }
  }

  /// Appends a row's integers, a byte each.
  /// - Precondition: they are of 8 bits.
  func appendIntegers(ofRow row: Int, to bytes: inout [UInt8]) {
    precondition(layout.bits == .eight, "a byte holds an integer of 8 bits")
    withIntegers(ofRow: row) { bytes += UnsafeRawBufferPointer($0) }
  }

  /// Hands on the bytes of all rows, so many rows at once that pieces are not tiny.
  func forEachPiece(
    _ append: (_ row: Int, _ bytes: inout [UInt8]) -> Void, _ body: ([UInt8]) throws -> Void
  ) rethrows {
    for first in stride(from: 0, to: layout.out, by: 64) {
      var bytes: [UInt8] = []
      for row in first..<min(layout.out, first + 64) { append(row, &bytes) }
      try body(bytes)
    }
  }

  private func withIntegers(ofRow row: Int, _ body: (UnsafeBufferPointer<Int8>) -> Void) {
    withUnsafeTemporaryAllocation(of: Int8.self, capacity: layout.inner) { places in
      // A row is never empty.
      copyIntegers(row, to: places.baseAddress.unsafelyUnwrapped)
      body(UnsafeBufferPointer(places))
    }
  }
}
