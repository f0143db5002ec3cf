import Checkpoints
import Files
import Kernels
import Tensors
import Transformer
import TransformerFormats

/// Rewrites a float checkpoint into integers, a matrix at a time: memory is bounded by the longest rows, and
/// where a rotation mixes outputs by the largest matrix, not by the model.
public struct ConvertTransformer {
  /// What became of a matrix.
  public struct Matrix: Sendable, Equatable {
    /// The tensor.
    public let tensor: TransformerTensor
    /// Its rows.
    public let rows: Int
    /// A scale for each row; none where scales belong to groups, of which a file has too many to be listed.
    public let scales: [Float]
    /// The least and the largest of all scales, as magnitudes.
    public let least, largest: Float
    /// The scale of the rows that it multiplies, where that is fixed.
    public let inputScale: Float?
    /// The largest that any partial sum can reach, whatever the rows.
    public let accumulatorBound: Int64
  }

  private let model: TransformerCheckpoint
  private let scheme: TransformerScheme
  private let compute: Compute
  private let folded: FoldedTransformer
  private let statistics: TransformerStatistics?

  /// Prepares a conversion.
  /// - Parameter statistics: what calibration saw, where the scheme asks for it.
  /// - Throws: `TransformerSchemeError`, `ConvertTransformerError`.
  public init(
    _ model: TransformerCheckpoint, scheme: TransformerScheme, statistics: TransformerStatistics?, compute: Compute
  ) throws {
    try scheme.validate(for: model.configuration)
    guard model.scheme == nil else { throw ConvertTransformerError.isConverted }
    if scheme.isCalibrated, statistics == nil { throw ConvertTransformerError.notCalibrated }
    (self.model, self.scheme, self.statistics, self.compute) = (model, scheme, statistics, compute)
    folded = try FoldedTransformer(model, scheme: scheme, statistics: statistics)
  }

  /// Where a conversion stands when a tensor is whole.
  public struct Standing: Sendable, Equatable {
    /// Tensors of the file that are written, and all.
    public let tensors, all: Int
    /// What the file has so far.
    public let mark: FileDigest
  }

  /// Writes the integer checkpoint, or goes on with it: whole tensors of this very checkpoint that the file has stay.
  /// - Parameters:
  ///   - extra: tensors that stand beside the weights: a vocabulary's.
  ///   - metadata: what the file says besides; `transformer` and `scheme` are added.
  ///   - progress: called with the bytes of integers written so far, and of all.
  ///   - save: called whenever a tensor is whole.
  /// - Returns: the file's size and digest, and what became of each matrix, in the network's order.
  /// - Throws: `ConvertTransformerError` for weights that are no numbers and for a sum that could overflow; `FileError`.
  ///   There is then no new file.
  public func write(
    into file: FileWriter, extra: [String: Tensor] = [:], metadata: [String: String] = [:],
    progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }, save: (Standing) -> Void = { _ in }
  ) throws -> (file: FileDigest, matrices: [Matrix]) {
    let configuration = folded.configuration
    let tensors = TransformerTensor.all(configuration)
    let matrices = tensors.filter(\.isMatrix)
    let quantizers = try Dictionary(uniqueKeysWithValues: matrices.map { ($0, try quantizer($0)) })
    var small = try floatTensors(tensors).merging(extra) { own, _ in own }
    var large: [String: (tensor: TransformerTensor, part: MatrixPart)] = [:]
    var declarations: [TensorDeclaration] = []
    for tensor in matrices {
      for declaration in TransformerCheckpoint.parts(of: tensor, configuration, scheme: scheme) {
        if let held = quantizers[tensor]?.small[declaration.name] {
          small[declaration.name] = held
        } else {
          large[declaration.name] = (tensor, declaration.name == tensor.name ? .integers : .scales)
          declarations.append(declaration)
        }
      }
    }
    var metadata = metadata
    metadata[TransformerMetadata.configurationKey] = try TransformerMetadata.json(configuration)
    metadata[TransformerMetadata.schemeKey] = try TransformerMetadata.json(scheme)
    var writer = try CheckpointWriter(
      into: file, declaring: declarations + small.map { TensorDeclaration($0.key, $0.value.dtype, $0.value.shape) },
      metadata: metadata)
    let all = declarations.reduce(0) { $0 + $1.shape.count * $1.byteCount }
    var done = 0
    let names = writer.order.map(\.name)
    for (index, name) in names.enumerated() {
      let isWritten = index < writer.wholeCount
      if let (tensor, part) = large[name], let quantizer = quantizers[tensor] {
        guard !isWritten || part == .scales else {
          done += quantizer.panelByteCount(part) * PackedWeights.panels(quantizer.out)
          continue
        }
        // Scales that are there are made again: the catalog wants the least and the largest.
        try quantizer.forEachBatch(part, compute: compute) { bytes in
          if !isWritten { try writer.append(bytes, to: name) }
          done += bytes.count
          progress(done, all)
        }
      } else if let tensor = small[name], !isWritten {
        try writer.append(tensor, as: name)
      }
      if !isWritten { save(.init(tensors: index + 1, all: names.count, mark: writer.mark)) }
    }
    return (try writer.finish(), matrices.compactMap { quantizers[$0]?.matrix })
  }

  private func quantizer(_ tensor: TransformerTensor) throws -> any MatrixQuantizer {
    let rows = try folded.rows(tensor)
    if let layout = scheme.groupLayout(out: rows.out, inner: rows.inner) { return GroupQuantizer(tensor, rows, layout) }
    return try RowQuantizer(
      tensor, rows, isPerTensor: scheme.weights == .perTensor, inputScale: inputScale(tensor.group),
      compute: compute)
  }

  /// What stays float: norms, fixed scales of rows, and outliers.
  private func floatTensors(_ tensors: [TransformerTensor]) throws -> [String: Tensor] {
    var found: [String: Tensor] = [:]
    for tensor in tensors where !tensor.isMatrix {
      let values = try folded.norm(tensor)
      found[tensor.name] = Tensor([values.count], values)
    }
    for group in TransformerTensor.groups(folded.configuration) {
      guard let scale = inputScale(group[0]) else { continue }
      found[TransformerCheckpoint.inputScaleName(group[0])] = Tensor([1], [scale])
    }
    return found.merging(try folded.outliers.tensors(of: model)) { own, _ in own }
  }

  /// How many channels of what each group of matrices reads stay float, by the group's first tensor.
  public var outlierCounts: [TransformerTensor: Int] { folded.outliers.channels.mapValues(\.count) }

  /// The fixed scale of what a group reads.
  private func inputScale(_ group: TransformerTensor) -> Float? {
    guard scheme.activations == .fixed, let largest = statistics?.largest[group] else { return nil }
    let scale = folded.largest(largest, of: group) / 127
    return scale > 0 ? scale : 1
  }
}
