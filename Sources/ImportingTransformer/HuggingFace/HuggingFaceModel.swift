import Checkpoints
import Files
import Tensors
import Tokenizers
import Transformer
import TransformerFormats

/// A folder as transformers' `save_pretrained` writes it: config.json and safetensors.
///
/// Hugging Face turns the halves of a head against each other, and for that orders the rows of queries and keys anew
/// (convert_llama_weights_to_hf.py). They are read in the order that they had.
public struct HuggingFaceModel: TransformerSource {
  /// The network's sizes.
  public let configuration: TransformerConfiguration
  /// config.json, then the index where there is one, then the files of weights.
  public let files: [SourceFile]
  /// None: its tokens stand in tokenizer.model or tokenizer.json.
  public var vocabulary: Vocabulary? { nil }
  /// What was left out.
  public let notes: [String]
  private let views: [TransformerTensor: TensorView]

  /// Opens a folder.
  /// - Throws: `FileError`, `HuggingFaceError`, `TensorMisfit`.
  public init(_ folder: String) throws {
    let path = "\(folder)/config.json"
    let file = SourceFile(path: path, content: try FileBytes(of: path))
    configuration = try HuggingFaceConfiguration(JSONValue(file.content, name: "config.json")).configuration
    let shards = try HuggingFaceShards(folder)
    files = [file] + shards.files
    let fit = HuggingFaceFit(shards, configuration)
    guard fit.misfit.isEmpty else { throw fit.misfit }
    (views, notes) = (fit.views, fit.notes)
  }

  /// How the file holds a tensor's weights.
  public func storage(of tensor: TransformerTensor) -> WeightStorage {
    view(tensor).half.map(WeightStorage.half) ?? .f32
  }

  /// Reads rows of a tensor.
  public func read(_ tensor: TransformerTensor, rows: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>) {
    let (view, width) = (view(tensor), tensor.rows(configuration).width)
    precondition(floats.count == rows.count * width, "rows fill their places")
    let isTurned =
      switch tensor {
      case .query, .key: true
      default: false
      }
    guard isTurned else {
      let elements = rows.lowerBound * width..<rows.upperBound * width
      view.read(elements, into: floats)
      return view.letGo(elements)
    }
    for row in rows {
      let first = RowOrder.halves(row, headSize: configuration.headSize) * width
      let place = (row - rows.lowerBound) * width
      view.read(first..<first + width, into: UnsafeMutableBufferPointer(rebasing: floats[place..<place + width]))
    }
    // The rows lie within their heads, which are let go of as a whole.
    let heads = RowOrder.heads(rows, headSize: configuration.headSize)
    view.letGo(heads.lowerBound * width..<heads.upperBound * width)
  }

  private func view(_ tensor: TransformerTensor) -> TensorView {
    guard let view = views[tensor] else { preconditionFailure("\(tensor.name) is not of this network") }
    return view
  }
}

/// The order of rows within the heads of queries and keys.
enum RowOrder {
  /// Where Hugging Face has a row of Meta's: the first of each pair in the head's first half, the second in its second.
  static func halves(_ row: Int, headSize: Int) -> Int {
    let (head, place) = row.quotientAndRemainder(dividingBy: headSize)
    return head * headSize + place % 2 * (headSize / 2) + place / 2
  }

  /// The rows of all heads of which the given rows are.
  static func heads(_ rows: Range<Int>, headSize: Int) -> Range<Int> {
    rows.lowerBound / headSize * headSize..<(rows.upperBound + headSize - 1) / headSize * headSize
  }
}

/// A folder's tensors held against a network.
private struct HuggingFaceFit {
  private(set) var misfit = TensorMisfit(
    readable: "F32, F16 or BF16", remedy: "save the model as one of these: model.float().save_pretrained(…) gives F32")
  private(set) var views: [TransformerTensor: TensorView] = [:]
  private(set) var notes: [String] = []

  init(_ shards: HuggingFaceShards, _ configuration: TransformerConfiguration) {
    var rest = Set(shards.tensors.keys)
    for tensor in TransformerTensor.all(configuration) {
      let name = tensor.huggingFaceName
      let shape = tensor.shape(configuration)
      guard let checkpoint = shards.tensors[name]?.checkpoint else {
        misfit.missing.append("\(quoted(name)) \(shape)")
        continue
      }
      rest.remove(name)
      guard let view = checkpoint.view(name), view.dtype == .f32 else {
        let type = checkpoint.foreign[name]?.dtype ?? checkpoint.view(name)?.storedType ?? ""
        misfit.mistyped.append("\(quoted(name)) \(type)")
        continue
      }
      if view.shape != shape {
        misfit.add(name, expected: shape.dimensions, found: view.shape.dimensions)
      }
      views[tensor] = view
    }
    let tables = rest.filter { $0.hasSuffix(".rotary_emb.inv_freq") }
    if !tables.isEmpty { notes.append("\(tables.count) rotary_emb.inv_freq left out: they are computed") }
    rest.subtract(tables)
    let classifier = TransformerTensor.classifier.huggingFaceName
    if configuration.isTied, rest.remove(classifier) != nil {
      notes.append("\(quoted(classifier)) left out: config.json ties it to the embedding")
    }
    misfit.unknown = rest.sorted().map(quoted)
  }
}
