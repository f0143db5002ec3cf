import Checkpoints
import Files
import Tokenizers
import Transformer
import TransformerPasses

/// A checkpoint of a language model as a file of another program. It decides nothing: integers and scales of groups are
/// written as they are, floats as they are or, where that is asked for, as binary16. What rounds weights to integers is
/// conversion.
public struct TransformerExport {
  /// Whose file.
  public enum Format: String, Sendable, CaseIterable {
    /// llama.cpp's.
    case gguf
    /// llama2.c's.
    case llama2c

    /// What a float checkpoint may become there; the first unless another is asked for.
    public var floats: [Floats] { self == .gguf ? [.f32, .f16] : [.v0, .v1] }
  }

  /// How float matrices are written.
  public enum Floats: String, Sendable, CaseIterable {
    /// GGUF's types: F32, and F16, to which weights are rounded.
    case f32, f16
    /// llama2.c's versions of floats.
    case v0, v1
  }

  /// The form that a checkpoint has in the file.
  enum Form: Equatable {
    case gguf(GGUFWriter.MatrixType)
    case llama2C(Llama2CWriter.Form)
  }

  private let model: TransformerCheckpoint
  private let form: Form

  /// Finds the form.
  /// - Parameter floats: how float matrices are written; nil: the format's first way.
  /// - Throws: `TransformerExportError` for a scheme that the format cannot hold, and for `floats` of another format, or
  ///   of a checkpoint in integers.
  public init(
    _ model: TransformerCheckpoint, as format: Format, floats: Floats? = nil
  ) throws(TransformerExportError) {
    self.model = model
    guard let scheme = model.scheme else {
      form = try Self.form(format, floats ?? format.floats[0])
      return
    }
    if let floats { throw .floatsOfIntegers(floats.rawValue) }
    form = try Self.form(format, scheme, model.configuration)
  }

  private static func form(_ format: Format, _ floats: Floats) throws(TransformerExportError) -> Form {
    switch (format, floats) {
    case (.gguf, .f32): .gguf(.f32)
    case (.gguf, .f16): .gguf(.f16)
    case (.llama2c, .v0): .llama2C(.v0)
    case (.llama2c, .v1): .llama2C(.v1)
    default: throw .floats(format.rawValue, expected: format.floats.map(\.rawValue), found: floats.rawValue)
    }
  }

  private static func form(
    _ format: Format, _ scheme: TransformerScheme, _ sizes: TransformerConfiguration
  ) throws(TransformerExportError) -> Form {
    guard let group = scheme.group else {
      throw .scheme(
        "weights",
        expected: "\(TransformerScheme.Weights.perGroup.rawValue), of which \(format.rawValue) holds integers "
          + "and scales as they are", found: scheme.weights.rawValue,
        advice: "convert with weights: per_group, activations: per_group, group: 32")
    }
    let bits = scheme.bits ?? 8
    switch format {
    case .llama2c:
      guard bits == 8 else {
        throw .scheme(
          "bits", expected: "8, which runq.c reads", found: "\(bits)", advice: "convert with bits: 8, or export as gguf"
        )
      }
      return .llama2C(.v2(groupSize: group))
    case .gguf:
      guard group == 32 else {
        let fits = [sizes.hiddenSize, sizes.intermediateSize].allSatisfy { $0 % 32 == 0 }
        throw .scheme(
          "group", expected: "32, as blocks of Q8_0 and Q4_0 have", found: "\(group)",
          advice: fits
            ? "convert with group: 32"
            : "rows of \(sizes.hiddenSize) and \(sizes.intermediateSize) are not whole blocks; export as llama2c")
      }
      return .gguf(bits == 8 ? .q8_0 : .q4_0)
    }
  }

  /// Writes the file.
  /// - Parameters:
  ///   - vocabulary: the model's tokens, for which llama2.c's files have no place.
  ///   - origin: what the checkpoint came from, by keys; likewise.
  ///   - progress: called after each tensor with the weights written so far, and all.
  /// - Returns: the file's size and digest.
  /// - Throws: `TransformerExportError` for what the format cannot hold, `CheckpointError`, `FileError`. There is then no
  ///   new file.
  public func write(
    to path: String, vocabulary: Vocabulary? = nil, origin: [(key: String, value: String)] = [],
    progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws -> FileDigest {
    switch form {
    case .gguf(let type):
      let keys = try GGUFKeys.origin(origin) + (vocabulary.map(GGUFKeys.vocabulary) ?? [])
      return try write(by: GGUFWriter(path, model.configuration, matrices: type, keys: keys), progress)
    case .llama2C(let form):
      return try write(by: Llama2CWriter(path, model.configuration, as: form), progress)
    }
  }

  private func write<Writer: TransformerWriter & ~Copyable>(
    by writer: consuming Writer, _ progress: (_ done: Int, _ all: Int) -> Void
  ) throws -> FileDigest {
    let counts = writer.order.map { $0.shape(model.configuration).count }
    let all = counts.reduce(0, +)
    var done = 0
    for (tensor, count) in zip(writer.order, counts) {
      guard let view = model.checkpoint.view(tensor.name) else { throw CheckpointError.missingTensor(tensor.name) }
      if tensor.isMatrix, let matrix = try model.groupedMatrix(tensor) {
        try writer.append(matrix, to: tensor)
        view.letGo(0..<view.shape.count)
      } else {
        try append(view, tensor, to: &writer)
      }
      done += count
      progress(done, all)
    }
    return try writer.finish()
  }

  /// Weights that are read at once, unless a single row has more.
  private static let pieceCount = 1 << 20

  /// Appends a tensor of floats, some rows at a time.
  private func append<Writer: TransformerWriter & ~Copyable>(
    _ view: TensorView, _ tensor: TransformerTensor, to writer: inout Writer
  ) throws {
    let (count, width) = (view.shape.count, view.shape.dimensions.last ?? 1)
    let most = min(count, max(1, Self.pieceCount / width) * width)
    let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: most)
    defer { floats.deallocate() }
    for first in stride(from: 0, to: count, by: most) {
      let range = first..<min(count, first + most)
      let piece = UnsafeMutableBufferPointer(rebasing: floats[..<range.count])
      view.read(range, into: piece)
      view.letGo(range)
      try writer.append(UnsafeBufferPointer(piece), to: tensor)
    }
  }
}

/// What writes a network's tensors in the order of its format.
protocol TransformerWriter: ~Copyable {
  /// The tensors in the order in which they must come.
  var order: [TransformerTensor] { get }
  /// Appends rows of a tensor of floats.
  mutating func append(_ weights: UnsafeBufferPointer<Float>, to tensor: TransformerTensor) throws
  /// Appends a whole matrix in integers.
  mutating func append(_ matrix: GroupedMatrix, to tensor: TransformerTensor) throws
  /// Puts the file in its place.
  consuming func finish() throws -> FileDigest
}

extension GGUFWriter: TransformerWriter {}
extension Llama2CWriter: TransformerWriter {}
