import Checkpoints
import Files
import TestSupport
import Tensors
import Tokenizers
import Transformer
import TransformerFormats

/// A small network's checkpoint as import-transformer writes it, and files of tokenizers.
struct SmallModel {
  static let tokens = 262
  let folder: TemporaryFolder
  let configuration: TransformerConfiguration
  /// The tensors by name; a test may damage them.
  var tensors: [String: Tensor] = [:]

  init() throws {
    folder = try TemporaryFolder()
    configuration = try TransformerConfiguration(
      hiddenSize: 8, intermediateSize: 12, layers: 1, heads: 2, keyValueHeads: 1, vocabularySize: Self.tokens,
      contextLength: 16, isTied: false)
    var random = SeededGenerator(seed: 4)
    for tensor in TransformerTensor.all(configuration) {
      let shape = tensor.shape(configuration)
      tensors[tensor.name] = Tensor(shape, (0..<shape.count).map { _ in Float(random.uniform(-1, 1)) })
    }
  }

  /// `<unk>`, `<s>`, `</s>`, the bytes, and pieces of one letter.
  static func vocabulary(count: Int = tokens) -> Vocabulary {
    let letters = (259..<count).map { [UInt8(ascii: "a") + UInt8($0 - 259)] }
    return Vocabulary(
      algorithm: .sentencePiece,
      pieces: ["<unk>", "<s>", "</s>"].map { Array($0.utf8) } + (0...255).map { [$0] } + letters,
      kinds: [.unknown, .control, .control] + [Vocabulary.Kind](repeating: .byte, count: 256)
        + letters.map { _ in .normal },
      scores: [Float](repeating: 0, count: count), beginning: 1, ends: [2], addsBlank: false)
  }

  /// Writes the checkpoint.
  func write(_ vocabulary: Vocabulary?) throws -> String {
    let path = folder.path("model.safetensors")
    let metadata = ["stage": "import-transformer", "transformer": try TransformerMetadata.json(configuration)]
    _ = try Checkpoint(
      tensors: tensors.merging(vocabulary?.tensors ?? [:]) { own, _ in own },
      metadata: metadata.merging(vocabulary?.metadata ?? [:]) { own, _ in own }
    ).write(to: path)
    return path
  }

  /// Writes a SentencePiece model of so many pieces, field by field.
  func writeSentencePiece(count: Int) throws -> String {
    func varint(_ number: Int) -> [UInt8] {
      number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7F) | 0x80] + varint(number >> 7)
    }
    func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] { varint(number << 3 | 2) + varint(bytes.count) + bytes }
    func number(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }
    let vocabulary = Self.vocabulary(count: count)
    var bytes: [UInt8] = []
    for (piece, kind) in zip(vocabulary.pieces, vocabulary.kinds) {
      let spelt = kind == .byte ? SentencePieceAlphabet.text(of: piece[0]) : piece
      bytes += field(1, field(1, spelt) + number(3, Int(kind.rawValue)))
    }
    // Byte-pair encoding with bytes for the rest, which takes text as it stands.
    bytes += field(2, number(3, 2) + number(35, 1)) + field(3, number(3, 0) + number(4, 0))
    let path = folder.path("tokenizer.model")
    try WholeFile.write(bytes, to: path)
    return path
  }
}
