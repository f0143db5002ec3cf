import Kernels
import Transformer

/// Rows of a matrix whose outputs a rotation mixes: the rows of a block are read together, turned column by column, and stay in
/// memory until they are let go of.
final class TurnedBlocks: @unchecked Sendable {
  // Unchecked: blocks are held and let go of while no other thread reads.

  private let rotation: HadamardRotation
  private let inner: Int
  private var blocks: [Int: AlignedBuffer<Float>] = [:]
  /// Columns that a thread turns at a time.
  private static let strip = 16

  init(_ rotation: HadamardRotation, inner: Int) { (self.rotation, self.inner) = (rotation, inner) }

  /// Reads the blocks of some rows, unless they are held.
  /// - Parameter read: reads a row as it is before it is turned with others.
  func hold(
    _ rows: Range<Int>, _ compute: Compute,
    _ read: (Int, UnsafeMutableBufferPointer<Float>) throws(ConvertTransformerError) -> Void
  ) throws(ConvertTransformerError) {
    let size = rotation.size
    for block in rows.lowerBound / size..<(rows.upperBound + size - 1) / size where blocks[block] == nil {
      let values = AlignedBuffer<Float>(count: size * inner)
      for row in 0..<size {
        try read(block * size + row, UnsafeMutableBufferPointer(start: values.pointer + row * inner, count: inner))
      }
      turn(values, compute)
      blocks[block] = values
    }
  }

  private func turn(_ values: AlignedBuffer<Float>, _ compute: Compute) {
    let (size, strip) = (rotation.size, Self.strip)
    compute.pool.forEach((inner + strip - 1) / strip) { [rotation, inner] shard in
      let (first, count) = (shard * strip, min(strip, inner - shard * strip))
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count * size) { columns in
        let columns = columns.baseAddress.unsafelyUnwrapped
        for row in 0..<size {
          for lane in 0..<count { columns[lane * size + row] = values.pointer[row * inner + first + lane] }
        }
        rotation.turn(columns, count: count)
        for row in 0..<size {
          for lane in 0..<count { values.pointer[row * inner + first + lane] = columns[lane * size + row] }
        }
      }
    }
  }

  /// Copies a row.
  /// - Precondition: it is held.
  func copy(_ row: Int, to values: UnsafeMutablePointer<Float>) {
    guard let block = blocks[row / rotation.size] else { preconditionFailure("row \(row) is not held") }
    values.update(from: block.pointer + row % rotation.size * inner, count: inner)
  }

  /// Lets go of the blocks that end within some rows.
  func letGo(_ rows: Range<Int>) {
    blocks = blocks.filter { ($0.key + 1) * rotation.size > rows.upperBound }
  }
}
