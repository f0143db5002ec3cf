import Files
import Tokenizers
import Transformer
import TransformerFormats

/// A GGUF file of Llama's architecture, of F32, F16, BF16, Q8_0, Q4_0 and Q4_1.
///
/// llama.cpp turns neighbours against each other, and its converter puts the rows of queries and keys into that order
/// (`LlamaModel.permute` of github.com/ggml-org/llama.cpp): it is the order that they have here.
public struct GGUFModel: TransformerSource {
  /// The network's sizes. Without a tensor `output.weight` it is tied.
  public let configuration: TransformerConfiguration
  /// The file's tokens; nil where it has none, or they were not asked for.
  public let vocabulary: Vocabulary?
  /// What was left out.
  public let notes: [String]
  /// The file itself.
  public let files: [SourceFile]
  private let matrices: [TransformerTensor: StoredMatrix]

  /// Opens a file.
  /// - Parameter readsVocabulary: whether its tokens are read. A file whose tokens Octavo does not know how to use is
  ///   refused if so.
  /// - Throws: `FileError`, `GGUFError`, `TensorMisfit`.
  public init(_ path: String, readsVocabulary: Bool = true) throws {
    try self.init(FileBytes(of: path), path: path, readsVocabulary: readsVocabulary)
  }

  /// Takes a file's bytes.
  /// - Parameter path: what the file is called.
  package init(_ content: FileBytes, path: String, readsVocabulary: Bool = true) throws {
    let file = try GGUFFile(content)
    configuration = try GGUFConfiguration(file).configuration
    matrices = try Self.matrices(file, configuration)
    let tokens = readsVocabulary ? try GGUFVocabulary(file, count: configuration.vocabularySize) : nil
    vocabulary = tokens?.vocabulary
    notes = Self.notes(file) + (tokens?.notes ?? [])
    files = [SourceFile(path: path, content: content)]
  }

  /// How the file holds a tensor's weights.
  public func storage(of tensor: TransformerTensor) -> WeightStorage { matrix(tensor).storage }

  /// Reads rows of a tensor.
  public func read(_ tensor: TransformerTensor, rows: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>) {
    matrix(tensor).read(rows, into: floats)
  }

  private func matrix(_ tensor: TransformerTensor) -> StoredMatrix {
    guard let matrix = matrices[tensor] else { preconditionFailure("\(tensor.name) is not of this network") }
    return matrix
  }

  private static func matrices(
    _ file: GGUFFile, _ configuration: TransformerConfiguration
  ) throws(TensorMisfit) -> [TransformerTensor: StoredMatrix] {
    var misfit = TensorMisfit(
      readable: "F32, F16, BF16, Q8_0, Q4_0 or Q4_1", remedy: "write the file as one of these with llama-quantize")
    var rest: [String: GGUFTensor] = [:]
    for tensor in file.tensors { rest[tensor.name] = tensor }
    var matrices: [TransformerTensor: StoredMatrix] = [:]
    for tensor in TransformerTensor.all(configuration) {
      let (name, shape) = (tensor.ggufName, tensor.shape(configuration))
      guard let found = rest.removeValue(forKey: name) else {
        misfit.missing.append("\(quoted(name)) \(shape)")
        continue
      }
      if found.shape != shape.dimensions { misfit.add(name, expected: shape.dimensions, found: found.shape) }
      guard let storage = found.storage else {
        misfit.mistyped.append("\(quoted(name)) \(found.typeName)")
        continue
      }
      let (rows, width) = tensor.rows(configuration)
      matrices[tensor] = StoredMatrix(
        storage: storage, rows: rows, width: width, start: file.dataStart + found.offset, file: file.content)
    }
    misfit.unknown = file.tensors.map(\.name).filter { rest[$0] != nil }.map(quoted)
    guard misfit.isEmpty else { throw misfit }
    return matrices
  }

  private static func notes(_ file: GGUFFile) -> [String] {
    let types = Dictionary(grouping: file.tensors, by: \.typeName).filter { $0.value[0].storage?.isQuantized == true }
    return types.sorted { $0.key < $1.key }.map { type, tensors in
      "\(tensors.count) tensor\(tensors.count == 1 ? "" : "s") of \(type): as they were rounded before"
    }
  }
}
