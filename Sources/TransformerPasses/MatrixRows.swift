import Checkpoints
import Transformer

/// A float matrix, row by row, as conversion sees it: what a checkpoint holds, times what was folded into its columns.
struct MatrixRows {
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
}
