import Checkpoints
import Tensors
import Transformer

/// The channels of what a group of matrices reads that stay float, by what calibration saw.
///
/// The rows of the classifier are left as they are: its matrix may be the embedding, whose rows are whole.
struct Outliers {
  /// By the first tensor of each group that has some, ascending.
  let channels: [TransformerTensor: [Int]]

  /// Those whose magnitude went above a threshold; none without one.
  init(_ statistics: TransformerStatistics?, above threshold: Float?) {
    guard let statistics, let threshold else {
      channels = [:]
      return
    }
    channels = statistics.largest.filter { $0.key.layer != nil }
      .mapValues { largest in largest.indices.filter { largest[$0] > threshold } }
      .filter { !$0.value.isEmpty }
  }

  /// What the columns of a group's matrices are multiplied by before they become integers: 0 where they stay float.
  func columns(_ group: TransformerTensor, count: Int) -> [Float]? {
    guard let channels = channels[group] else { return nil }
    var factors = [Float](repeating: 1, count: count)
    for channel in channels { factors[channel] = 0 }
    return factors
  }

  /// What a file holds of them: each group's channels, and each matrix's columns, (out, channels).
  /// - Throws: `CheckpointError`.
  func tensors(of model: TransformerCheckpoint) throws -> [String: Tensor] {
    var found: [String: Tensor] = [:]
    for group in TransformerTensor.groups(model.configuration) {
      guard let channels = channels[group[0]] else { continue }
      found[TransformerCheckpoint.outlierChannelsName(group[0])] = Tensor([channels.count], channels.map(Int32.init))
      for tensor in group {
        let rows = try MatrixRows(tensor, of: model, factors: nil)
        var columns: [Float] = []
        for row in 0..<rows.out { rows.withRow(row) { values in columns += channels.map { values[$0] } } }
        found[TransformerCheckpoint.outliersName(tensor)] = Tensor([rows.out, channels.count], columns)
      }
    }
    return found
  }
}

extension TransformerCheckpoint {
  /// The tensors of a group's outliers, and of the columns of a matrix that they meet.
  static func outlierChannelsName(_ group: TransformerTensor) -> String { group.name + ".outlier_channels" }
  static func outliersName(_ tensor: TransformerTensor) -> String { tensor.name + ".outliers" }

  /// What stays float of matrices that read the same rows; nil for nothing.
  /// - Throws: `CheckpointError`, `TransformerCheckpointError.outliers` for channels that there are not.
  func outliers(_ group: [TransformerTensor]) throws -> OutlierColumns? {
    let name = Self.outlierChannelsName(group[0])
    guard checkpoint.view(name) != nil else { return nil }
    let channels = try checkpoint.s32(name).map(Int.init)
    let width = group[0].shape(configuration)[1]
    let isAscending = zip(channels, channels.dropFirst()).allSatisfy { $0 < $1 }
    guard let first = channels.first, let last = channels.last, first >= 0, last < width, isAscending else {
      throw TransformerCheckpointError.outliers(name, width: width)
    }
    return OutlierColumns(
      channels: channels,
      matrices: try group.map { tensor in
        try checkpoint.f32(Self.outliersName(tensor), shape: [tensor.shape(configuration)[0], channels.count])
      })
  }
}
