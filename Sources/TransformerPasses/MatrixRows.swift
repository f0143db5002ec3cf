import Checkpoints
import Kernels
import Transformer

/// A float matrix, row by row, as conversion sees it: what a checkpoint holds, times what was folded into its columns, turned
/// where a rotation was.
package struct MatrixRows: Sendable {
  package let out, inner: Int
  /// What it is called in the float checkpoint.
  let name: String
  private let view: TensorView
  private let factors: [Float]?
  private let terms: HadamardRotation?
  private let blocks: TurnedBlocks?

  /// - Parameters:
  ///   - factors: one for each term, or nil.
  ///   - terms: turns each row, once it is multiplied.
  ///   - outputs: turns each column, blocks of rows together.
  init(
    _ tensor: TransformerTensor, of model: TransformerCheckpoint, factors: [Float]?, terms: HadamardRotation? = nil,
    outputs: HadamardRotation? = nil
  ) throws {
    let shape = tensor.shape(model.configuration)
    name = tensor.name
    guard let view = model.checkpoint.view(name) else { throw CheckpointError.missingTensor(name) }
    (out, inner, self.view, self.factors, self.terms) = (shape[0], shape[1], view, factors, terms)
    blocks = outputs.map { [inner] in TurnedBlocks($0, inner: inner) }
  }

  /// Prepares some rows to be read: where outputs are turned, blocks of them are read together, and stay in memory until they
  /// are let go of.
  /// - Throws: `ConvertTransformerError.notFinite` for a row that would spoil its block.
  func hold(_ rows: Range<Int>, _ compute: Compute) throws(ConvertTransformerError) {
    try blocks?.hold(rows, compute) { (row, values) throws(ConvertTransformerError) in
      readAlone(row, into: values)
      // A row is never empty.
      let range = compute.kernels.range(count: inner, x: UnsafePointer(values.baseAddress.unsafelyUnwrapped))
      guard range.low.isFinite, range.high.isFinite else { throw .notFinite(name, row: row) }
      view.letGo(row * inner..<(row + 1) * inner)
    }
  }

  /// Reads a row.
  /// - Precondition: it is held.
  func read(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) {
    guard let blocks else { return readAlone(row, into: values) }
    blocks.copy(row, to: values.baseAddress.unsafelyUnwrapped)
  }

  /// Reads a row as it is before it is turned with others.
  private func readAlone(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) {
    view.read(row * inner..<(row + 1) * inner, into: values)
    if let factors { for index in 0..<inner { values[index] *= factors[index] } }
    if let terms { terms.turn(values.baseAddress.unsafelyUnwrapped, count: inner / terms.size) }
  }

  /// Lets go of the memory in which some rows lie, so that a file that is read to its end does not stay in it.
  func letGo(_ rows: Range<Int>) {
    blocks?.letGo(rows)
    view.letGo(rows.lowerBound * inner..<rows.upperBound * inner)
  }

  /// Runs a body on a row.
  func withRow<Result>(_ row: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: inner) { values in
      read(row, into: values)
      // A row is never empty.
      return body(UnsafePointer(values.baseAddress.unsafelyUnwrapped))
    }
  }

  /// What a body makes of each row, by as many threads as there are. The rows are let go of then.
  /// - Throws: `ConvertTransformerError.notFinite` for a row that would spoil others.
  package func map<Result: Sendable>(
    _ compute: Compute, _ body: @Sendable (UnsafePointer<Float>, Int) -> Result
  ) throws(ConvertTransformerError) -> [Result] {
    defer { letGo(0..<out) }
    try hold(0..<out, compute)
    return [Result](unsafeUninitializedCapacity: out) { results, count in
      // Unchecked: each shard writes places of its own.
      nonisolated(unsafe) let places = results
      let size = Kernels.panel
      compute.pool.forEach((out + size - 1) / size) { shard in
        for index in shard * size..<min((shard + 1) * size, out) {
          withRow(index) { row in places.initializeElement(at: index, to: body(row, index)) }
        }
      }
      count = out
    }
  }
}
