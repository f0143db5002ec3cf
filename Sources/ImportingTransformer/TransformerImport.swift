import Checkpoints
import Files
import Tensors
import Transformer
import TransformerFormats

/// A source's weights as a float checkpoint of Octavo: names and order of rows as `TransformerTensor` has them.
///
/// F32 stays F32, half floats stay the half floats they were, and what is quantized becomes F32: the very numbers that
/// its format means. A piece of a tensor is in memory at a time, however large the file.
public enum TransformerImport {
  /// Weights that are read at once, unless a single row has more.
  private static let pieceCount = 1 << 20

  /// Writes the checkpoint.
  /// - Parameters:
  ///   - extra: tensors that stand beside the weights: a vocabulary's.
  ///   - metadata: what the file says besides; `kind` and `transformer` are added.
  ///   - progress: called after each tensor with the bytes of weights written so far, and of all.
  /// - Returns: the file's size and digest.
  /// - Throws: `TransformerImportError` for a weight that is no number; what the source throws; `SafetensorsError` for
  ///   an extra tensor that has a weight's name; `FileError`. There is then no new file.
  public static func write(
    _ source: some TransformerSource, to path: String, extra: [String: Tensor] = [:],
    metadata: [String: String] = [:], progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws -> FileDigest {
    let configuration = source.configuration
    let tensors = TransformerTensor.all(configuration)
    let declarations = tensors.map { declaration($0, of: source) }
    var metadata = metadata
    metadata[TransformerMetadata.kindKey] = TransformerMetadata.kind
    metadata[TransformerMetadata.configurationKey] = try TransformerMetadata.json(configuration)
    var writer = try CheckpointWriter(
      path, declaring: declarations + extra.map { TensorDeclaration($0.key, $0.value.dtype, $0.value.shape) },
      metadata: metadata)
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    let all = declarations.reduce(0) { $0 + $1.shape.count * $1.byteCount }
    var done = 0
    for declaration in writer.order {
      guard let tensor = byName[declaration.name] else {
        if let tensor = extra[declaration.name] { try writer.append(tensor, as: declaration.name) }
        continue
      }
      try append(tensor, of: source, as: declaration, to: &writer)
      done += declaration.shape.count * declaration.byteCount
      progress(done, all)
    }
    return try writer.finish()
  }

  private static func declaration(_ tensor: TransformerTensor, of source: some TransformerSource) -> TensorDeclaration {
    let shape = tensor.shape(source.configuration)
    if case .half(let half) = source.storage(of: tensor) { return TensorDeclaration(tensor.name, half, shape) }
    return TensorDeclaration(tensor.name, .f32, shape)
  }

  private static func append(
    _ tensor: TransformerTensor, of source: some TransformerSource, as declaration: TensorDeclaration,
    to writer: inout CheckpointWriter
  ) throws {
    let (rows, width) = tensor.rows(source.configuration)
    let most = max(1, min(rows, pieceCount / width))
    let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: most * width)
    let halves = UnsafeMutableRawBufferPointer.allocate(byteCount: HalfFloat.byteCount * most * width, alignment: 2)
    defer {
      floats.deallocate()
      halves.deallocate()
    }
    for first in stride(from: 0, to: rows, by: most) {
      let range = first..<min(rows, first + most)
      let piece = UnsafeMutableBufferPointer(rebasing: floats[..<(range.count * width)])
      try source.read(tensor, rows: range, into: piece)
      if let bad = piece.firstIndex(where: { !$0.isFinite }) {
        throw TransformerImportError(
          tensor: tensor.name, row: first + bad / width, column: bad % width, found: piece[bad])
      }
      guard let half = declaration.half else {
        try writer.append(UnsafeRawBufferPointer(piece), to: tensor.name)
        continue
      }
      let bytes = UnsafeMutableRawBufferPointer(rebasing: halves[..<(HalfFloat.byteCount * piece.count)])
      half.narrow(UnsafeBufferPointer(piece), into: bytes)
      try writer.append(UnsafeRawBufferPointer(bytes), to: tensor.name)
    }
  }
}

/// A weight that is no number.
public struct TransformerImportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where it stands.
  public let tensor: String
  /// Its row and its place in it.
  public let (row, column): (Int, Int)
  /// What it is.
  public let found: Float

  /// One line.
  public var description: String {
    "tensor '\(tensor)': expected finite weights, found \(found) in row \(row) at \(column); "
      + "save the model of a step before its weights went bad"
  }
}
