import Kernels
import Transformer

/// Rows of a matrix whose outputs a rotation mixes: the rows of a block are read together, turned column by column, and stay in
/// memory until they are let go of.
final class TurnedBlocks: @unchecked Sendable {
  // Unchecked: rows are held and let go of while no other thread reads.

  private let rotation: HadamardRotation
  private let inner: Int
  /// Each in memory of its own: what one matrix lets go of, the next takes, whatever its rows' length.
  private var held: [Int: AlignedBuffer<Float>] = [:]
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
    for block in rows.lowerBound / size..<(rows.upperBound + size - 1) / size {
      guard held[max(block * size, rows.lowerBound)] == nil else { continue }
      var values: [AlignedBuffer<Float>] = []
      for row in block * size..<(block + 1) * size {
        let buffer = AlignedBuffer<Float>(count: inner)
        try read(row, buffer.buffer)
        values.append(buffer)
      }
      turn(values, compute)
      for (row, buffer) in values.enumerated() { held[block * size + row] = buffer }
    }
  }

  private func turn(_ values: [AlignedBuffer<Float>], _ compute: Compute) {
    let (size, strip) = (rotation.size, Self.strip)
    compute.pool.forEach((inner + strip - 1) / strip) { [rotation, inner] shard in
      let (first, count) = (shard * strip, min(strip, inner - shard * strip))
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count * size) { columns in
        let columns = columns.baseAddress.unsafelyUnwrapped
        for row in 0..<size {
          for lane in 0..<count { columns[lane * size + row] = values[row].pointer[first + lane] }
        }
        rotation.turn(columns, count: count)
        for row in 0..<size {
          for lane in 0..<count { values[row].pointer[first + lane] = columns[lane * size + row] }
        }
      }
    }
  }

  /// Copies a row.
  /// - Precondition: it is held.
  func copy(_ row: Int, to values: UnsafeMutablePointer<Float>) {
    guard let buffer = held[row] else { preconditionFailure("row \(row) is not held") }
    values.update(from: buffer.pointer, count: inner)
  }

  /// Lets go of some rows.
  func letGo(_ rows: Range<Int>) { for row in rows { held[row] = nil } }
}
