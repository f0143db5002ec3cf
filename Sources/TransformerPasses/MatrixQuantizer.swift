import Checkpoints
import Kernels
import Tensors
import Transformer

/// How a matrix becomes integers: which tensors it is in a file, and the bytes of those that are too large to be held, a panel
/// of 16 outputs at a time.
protocol MatrixQuantizer: Sendable {
  /// The float matrix.
  var rows: MatrixRows { get }
  /// What the catalog is told.
  var matrix: ConvertTransformer.Matrix { get }
  /// The small tensors, by name.
  var small: [String: Tensor] { get }
  /// Bytes of a panel of a large tensor.
  func panelByteCount(_ part: MatrixPart) -> Int
  /// Writes the bytes of a panel.
  /// - Returns: the first row of the panel with a weight that is not finite, or nil.
  func write(_ part: MatrixPart, panel: Int, to bytes: UnsafeMutableRawPointer) -> Int?
}

/// A large tensor of a matrix in integers.
enum MatrixPart: Sendable {
  case integers
  /// Of groups.
  case scales
}

extension MatrixQuantizer {
  /// Outputs.
  var out: Int { rows.out }

  /// Runs a body on each batch of a part's panels, made by as many threads as there are.
  /// - Throws: what the body throws, and `ConvertTransformerError.notFinite` naming the tensor.
  func forEachBatch(
    _ part: MatrixPart, compute: Compute, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let (panels, size) = (PackedWeights.panels(out), panelByteCount(part))
    let most = min(panels, 64)
    let bytes = AlignedBuffer<UInt8>(count: most * size)
    let bad = AlignedBuffer<Int>(count: most)
    for begin in stride(from: 0, to: panels, by: most) {
      let count = min(most, panels - begin)
      let range = begin * Kernels.panel..<min((begin + count) * Kernels.panel, out)
      try rows.hold(range, compute)
      compute.pool.forEach(count) { index in
        bad.pointer[index] = write(part, panel: begin + index, to: bytes.pointer + index * size) ?? out
      }
      if let row = bad.buffer[..<count].min(), row < out {
        throw ConvertTransformerError.notFinite(rows.name, row: row)
      }
      try body(UnsafeRawBufferPointer(start: bytes.pointer, count: count * size))
      rows.letGo(range)
    }
  }
}
