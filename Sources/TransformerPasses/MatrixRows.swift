import Checkpoints
import Kernels
import Transformer

/// A float matrix, row by row, as conversion sees it: what a checkpoint holds, times what was folded into its columns.
struct MatrixRows: Sendable {
  let out, inner: Int
  private let view: TensorView
  private let factors: [Float]?

  /// - Parameter factors: one for each term, or nil.
  init(_ tensor: TransformerTensor, of model: TransformerCheckpoint, factors: [Float]?) throws {
    let shape = tensor.shape(model.configuration)
    guard let view = model.checkpoint.view(tensor.name) else { throw CheckpointError.missingTensor(tensor.name) }
    (out, inner, self.view, self.factors) = (shape[0], shape[1], view, factors)
  }

  /// Reads a row.
  func read(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) {
    view.read(row * inner..<(row + 1) * inner, into: values)
    guard let factors else { return }
    for index in 0..<inner { values[index] *= factors[index] }
  }

  /// Lets go of the memory in which some rows lie, so that a file that is read to its end does not stay in it.
  func letGo(_ rows: Range<Int>) { view.letGo(rows.lowerBound * inner..<rows.upperBound * inner) }

  /// Runs a body on a row.
  func withRow<Result>(_ row: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: inner) { values in
      read(row, into: values)
      // A row is never empty.
      return body(UnsafePointer(values.baseAddress.unsafelyUnwrapped))
    }
  }

  /// What a body makes of each row, by as many threads as there are. The rows are let go of then.
  func map<Result: Sendable>(
    _ compute: Compute, _ body: @Sendable (UnsafePointer<Float>, Int) -> Result
  ) -> [Result] {
    defer { letGo(0..<out) }
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
