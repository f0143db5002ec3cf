import Checkpoints
import Files
import Kernels
import Tensors
import Transformer
import TransformerFormats

/// Rewrites a float checkpoint into integers, a matrix at a time: memory is bounded by the longest rows, not by the model.
public struct ConvertTransformer {
  /// What became of a matrix.
  public struct Matrix: Sendable {
    /// The tensor.
    public let tensor: TransformerTensor
    /// A scale for each row.
    public let scales: [Float]
    /// The scale of the rows that it multiplies, where that is fixed.
    public let inputScale: Float?
    /// The largest that any partial sum can reach, whatever the rows.
    public let accumulatorBound: Int64
  }

  private let model: TransformerCheckpoint
  private let scheme: TransformerScheme
  private let compute: Compute
  private let smoothing: Smoothing
  private let statistics: TransformerStatistics?

  /// Prepares a conversion.
  /// - Parameter statistics: what calibration saw, where the scheme asks for it.
  /// - Throws: `TransformerSchemeError`, `ConvertTransformerError`.
  public init(
    _ model: TransformerCheckpoint, scheme: TransformerScheme, statistics: TransformerStatistics?, compute: Compute
  ) throws {
    try scheme.validate()
    guard model.scheme == nil else { throw ConvertTransformerError.isConverted }
    if scheme.isCalibrated, statistics == nil { throw ConvertTransformerError.notCalibrated }
    (self.model, self.scheme, self.statistics, self.compute) = (model, scheme, statistics, compute)
    smoothing =
      if let alpha = scheme.smoothing, let statistics {
        try Smoothing(model, statistics, alpha: alpha)
      } else {
        Smoothing()
      }
  }

  /// Writes the integer checkpoint.
  /// - Parameters:
  ///   - extra: tensors that stand beside the weights: a vocabulary's.
  ///   - metadata: what the file says besides; `transformer` and `scheme` are added.
  ///   - progress: called with the bytes of integers written so far, and of all.
  /// - Returns: the file's size and digest, and what became of each matrix, in the network's order.
  /// - Throws: `ConvertTransformerError` for weights that are no numbers and for a sum that could overflow; `FileError`.
  ///   There is then no new file.
  public func write(
    to path: String, extra: [String: Tensor] = [:], metadata: [String: String] = [:],
    progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws -> (file: FileDigest, matrices: [Matrix]) {
    let tensors = TransformerTensor.all(model.configuration)
    let matrices = tensors.filter(\.isMatrix)
    var found: [TransformerTensor: RowQuantizer.Found] = [:]
    for tensor in matrices { found[tensor] = try find(tensor) }
    let small = try smallTensors(tensors, found).merging(extra) { own, _ in own }
    let large = matrices.map { tensor in
      let part = TransformerCheckpoint.parts(of: tensor, model.configuration, scheme: scheme)[0]
      return TensorDeclaration(part.name, part.dtype, part.shape)
    }
    var metadata = metadata
    metadata[TransformerMetadata.configurationKey] = try TransformerMetadata.json(model.configuration)
    metadata[TransformerMetadata.schemeKey] = try TransformerMetadata.json(scheme)
    var writer = try CheckpointWriter(
      path, declaring: large + small.map { TensorDeclaration($0.key, $0.value.dtype, $0.value.shape) },
      metadata: metadata)
    let byName = Dictionary(uniqueKeysWithValues: matrices.map { ($0.name, $0) })
    let all = large.reduce(0) { $0 + $1.shape.count }
    var done = 0
    for declaration in writer.order {
      if let tensor = small[declaration.name] {
        try writer.append(tensor, as: declaration.name)
      } else if let tensor = byName[declaration.name], let found = found[tensor] {
        try append(tensor, scales: found.scales, to: &writer)
        done += declaration.shape.count
        progress(done, all)
      }
    }
    let results = matrices.map { tensor in
      Matrix(
        tensor: tensor, scales: found[tensor]?.scales ?? [], inputScale: inputScale(group(of: tensor)),
        accumulatorBound: found[tensor]?.accumulatorBound ?? 0)
    }
    return (try writer.finish(), results)
  }

  private func group(of tensor: TransformerTensor) -> TransformerTensor {
    switch tensor {
    case .key(let layer), .value(let layer): .query(layer)
    case .up(let layer): .gate(layer)
    default: tensor
    }
  }

  private func quantizer(_ tensor: TransformerTensor) throws -> RowQuantizer {
    let factors = tensor.norm == nil ? nil : smoothing.columns(group(of: tensor))
    return RowQuantizer(try MatrixRows(tensor, of: model, factors: factors), scheme: scheme, compute: compute)
  }

  private func find(_ tensor: TransformerTensor) throws -> RowQuantizer.Found {
    let found = try quantizer(tensor).find()
    if let row = found.scales.firstIndex(where: { !$0.isFinite }) {
      throw ConvertTransformerError.notFinite(tensor.name, row: row)
    }
    guard found.accumulatorBound <= Int64(Int32.max) else {
      throw ConvertTransformerError.overflow(tensor.name, bound: found.accumulatorBound)
    }
    return found
  }

  /// Everything but the integers.
  private func smallTensors(
    _ tensors: [TransformerTensor], _ found: [TransformerTensor: RowQuantizer.Found]
  ) throws -> [String: Tensor] {
    var small: [String: Tensor] = [:]
    for tensor in tensors {
      if let found = found[tensor] {
        small[TransformerCheckpoint.scaleName(tensor)] = Tensor([found.scales.count], found.scales)
        small[TransformerCheckpoint.sumName(tensor)] = Tensor([found.sums.count], found.sums)
      } else {
        let values = smoothing.folded(try model.checkpoint.f32(tensor.name), of: tensor)
        small[tensor.name] = Tensor([values.count], values)
      }
    }
    for group in TransformerTensor.groups(model.configuration) {
      guard let scale = inputScale(group[0]) else { continue }
      small[TransformerCheckpoint.inputScaleName(group[0])] = Tensor([1], [scale])
    }
    return small
  }

  /// The fixed scale of what a group reads.
  private func inputScale(_ group: TransformerTensor) -> Float? {
    guard scheme.activations == .fixed, let largest = statistics?.largest[group] else { return nil }
    let scale = smoothing.largest(largest, of: group) / 127
    return scale > 0 ? scale : 1
  }

  private func append(
    _ tensor: TransformerTensor, scales: [Float], to writer: inout CheckpointWriter
  ) throws {
    let quantizer = try quantizer(tensor)
    let shape = tensor.shape(model.configuration)
    let (panels, size) = (
      PackedWeights.panels(shape[0]), PackedMatrix.groups(shape[1]) * Kernels.panel * 4
    )
    let batch = min(panels, 64)
    let bytes = AlignedBuffer<Int8>(count: batch * size)
    for begin in stride(from: 0, to: panels, by: batch) {
      let count = min(batch, panels - begin)
      compute.pool.forEach(count) { quantizer.pack(panel: begin + $0, scales: scales, into: bytes.pointer + $0 * size) }
      try writer.append(UnsafeRawBufferPointer(start: bytes.pointer, count: count * size), to: tensor.name)
    }
  }
}

/// What cannot be converted.
public enum ConvertTransformerError: Error, Equatable, CustomStringConvertible {
  /// A checkpoint in integers.
  case isConverted
  /// A scheme that needs what calibration saw.
  case notCalibrated
  /// A row of weights with a NaN or an infinity.
  case notFinite(String, row: Int)
  /// A sum that could leave 32 bits.
  case overflow(String, bound: Int64)

  /// One line.
  public var description: String {
    switch self {
    case .isConverted: "expected a float checkpoint, found one in integers; give what import-transformer wrote"
    case .notCalibrated:
      "the scheme's scales come from a text: expected calibration's statistics as the second input, found none"
    case .notFinite(let name, let row): "tensor '\(name)': expected finite weights, found others in row \(row)"
    case .overflow(let name, let bound):
      "tensor '\(name)': a sum can reach \(bound), expected at most \(Int32.max); its rows are too long"
    }
  }
}
