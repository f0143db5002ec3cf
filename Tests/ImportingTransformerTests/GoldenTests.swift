import Checkpoints
import Files
import Foundation
import ImportingTransformer
import TestSupport
import Testing
import Tokenizers
import Transformer

/// Files that other programs wrote, read as those programs read them: `Golden/make_golden.py` says which.
@Suite struct GoldenTests {
  private struct Expected: Decodable {
    let tensors: [String: String]
    let tokens: [String]?
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden").path
  private let expected: [String: Expected]

  init() throws {
    let bytes = try WholeFile.read("\(Self.folder)/golden.json")
    expected = try JSONDecoder().decode([String: Expected].self, from: Data(bytes))
  }

  private static func path(_ name: String) -> String { "\(folder)/\(name)" }

  private func configuration(isTied: Bool) throws -> TransformerConfiguration {
    try TransformerConfiguration(
      hiddenSize: 32, intermediateSize: 64, layers: 1, heads: 2, keyValueHeads: 1, vocabularySize: 24,
      contextLength: 16, ropeTheta: 500_000, normEpsilon: 1e-5, isTied: isTied)
  }

  @Test(arguments: ["hugging-face", "pieces.gguf", "bytes.gguf"])
  func everyWeightIsWhatItsOwnProgramMakesOfIt(_ name: String) throws {
    let source = try TransformerFile.open(Self.path(name))
    #expect(source.configuration == (try configuration(isTied: name == "bytes.gguf")))
    let tensors = try #require(expected[name]?.tensors)
    #expect(Set(tensors.keys) == Set(TransformerTensor.all(source.configuration).map(\.name)))
    for tensor in TransformerTensor.all(source.configuration) {
      let digest = SHA256Digest.hex(of: littleEndian(try source.weights(of: tensor)))
      #expect(digest == tensors[tensor.name], "\(tensor.name), \(source.storage(of: tensor))")
    }
  }

  @Test func theTypesAreAllMet() throws {
    var met: Set<String> = []
    for name in ["hugging-face", "pieces.gguf", "bytes.gguf"] {
      let source = try TransformerFile.open(Self.path(name))
      met.formUnion(TransformerTensor.all(source.configuration).map { "\(source.storage(of: $0))" })
    }
    #expect(met == ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1"])
  }

  @Test func tokensOfSentencePieceAreRead() throws {
    let vocabulary = try #require(try GGUFModel(Self.path("pieces.gguf")).vocabulary)
    #expect(vocabulary.pieces.map(hexadecimal) == expected["pieces.gguf"]?.tokens)
    #expect(vocabulary.algorithm == .sentencePiece && vocabulary.words == nil && vocabulary.merges.isEmpty)
    #expect(
      vocabulary.kinds == [.unknown, .control, .control, .byte, .byte, .byte]
        + [Vocabulary.Kind](repeating: .normal, count: 18))
    #expect(vocabulary.scores == (0..<24).map { -Float($0) })
    #expect(vocabulary.beginning == 1 && vocabulary.ends == [2] && vocabulary.addsBlank)
  }

  @Test func tokensOfBytesAreRead() throws {
    let model = try GGUFModel(Self.path("bytes.gguf"))
    let vocabulary = try #require(model.vocabulary)
    #expect(vocabulary.pieces.map(hexadecimal) == expected["bytes.gguf"]?.tokens)
    #expect(vocabulary.algorithm == .byteLevel && vocabulary.words == .smollm && vocabulary.scores.isEmpty)
    #expect(vocabulary.merges == [.init(2, 6), .init(7, 8), .init(9, 10), .init(12, 13)])
    #expect(vocabulary.beginning == nil && vocabulary.ends == [1] && !vocabulary.addsBlank)
    #expect(
      model.notes == [
        "2 tensors of Q4_0: as they were rounded before", "2 tensors of Q4_1: as they were rounded before",
        "2 tensors of Q8_0: as they were rounded before",
        "tokenizer.chat_template left out: a text is taken as it is",
      ])
    #expect(try GGUFModel(Self.path("bytes.gguf"), readsVocabulary: false).vocabulary == nil)
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
