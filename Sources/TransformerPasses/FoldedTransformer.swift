import Checkpoints
import Kernels
import Transformer

/// A float network as conversion makes integers of it: a checkpoint's tensors, each with what the scheme folds into it, read
/// when they are asked for.
package struct FoldedTransformer: Sendable {
  private let model: TransformerCheckpoint
  private let smoothing: Smoothing
  private let rotation: FoldedRotation?
  let outliers: Outliers
  /// Its sizes: the checkpoint's, but that a classifier may stand for itself.
  package let configuration: TransformerConfiguration

  /// Finds what is folded.
  /// - Parameter statistics: what calibration saw, where the scheme asks for it.
  /// - Throws: `CheckpointError`.
  package init(
    _ model: TransformerCheckpoint, scheme: TransformerScheme, statistics: TransformerStatistics?
  ) throws {
    self.model = model
    configuration = scheme.converted(model.configuration)
    rotation = scheme.foldedRotation(of: model.configuration)
    outliers = Outliers(statistics, above: scheme.outliers)
    smoothing =
      if let alpha = scheme.smoothing, let statistics {
        try Smoothing(model, statistics, alpha: alpha)
      } else {
        Smoothing()
      }
  }

  /// A norm's weights.
  /// - Throws: `CheckpointError`.
  package func norm(_ tensor: TransformerTensor) throws -> [Float] {
    let values = try model.checkpoint.f32(tensor.name)
    return rotation == nil ? smoothing.folded(values, of: tensor) : [Float](repeating: 1, count: values.count)
  }

  /// A matrix.
  /// - Throws: `CheckpointError`; `ConvertTransformerError` for a norm's weights that are no numbers and go into it.
  package func rows(_ tensor: TransformerTensor) throws -> MatrixRows {
    let stored = tensor == .classifier && model.configuration.isTied ? .embedding : tensor
    guard let rotation else { return try MatrixRows(stored, of: model, factors: factors(tensor)) }
    var factors: [Float]?
    if let norm = rotation.norm(of: tensor) {
      let weights = try model.checkpoint.f32(norm.name)
      if let channel = weights.firstIndex(where: { !$0.isFinite }) {
        throw ConvertTransformerError.notFiniteNorm(norm.name, channel: channel)
      }
      factors = weights
    }
    return try MatrixRows(
      stored, of: model, factors: factors, terms: rotation.terms(of: tensor), outputs: rotation.outputs(of: tensor))
  }

  /// The largest magnitude of what a group reads that becomes integers, where calibration saw the given ones of its channels.
  func largest(_ values: [Float], of group: TransformerTensor) -> Float {
    let rest = outliers.columns(group, count: values.count).map { zip(values, $0).map(*) } ?? values
    return smoothing.largest(rest, of: group)
  }

  /// What the columns of a matrix are multiplied by.
  private func factors(_ tensor: TransformerTensor) -> [Float]? {
    let (group, width) = (tensor.group, tensor.shape(configuration)[1])
    return outliers.columns(group, count: width) ?? (tensor.norm == nil ? nil : smoothing.columns(group))
  }
}
