import Files
import TestSupport
import Testing
import Tokenizers
import TransformerStages

/// Tokenizers beside models: those of another model are refused before a token is looked up.
@Suite struct VocabularyStageTests {
  private let model: SmallModel

  init() throws { model = try SmallModel() }

  @Test func theModelsOwnIsRead() throws {
    let path = try model.writeSentencePiece(count: SmallModel.tokens)
    #expect(try ImportedVocabulary.read(path, count: SmallModel.tokens).pieces == SmallModel.vocabulary().pieces)
  }

  @Test(arguments: [261, 263, 1, 32_000]) func aModelFileOfAnotherSizeIsRefused(_ count: Int) throws {
    let path = try model.writeSentencePiece(count: SmallModel.tokens)
    #expect(
      line { _ = try ImportedVocabulary.read(path, count: count) }
        == "\(path): the tokenizer has 262 tokens, the model \(count); name the model's own")
  }

  @Test(arguments: [261, 263, 32_000]) func aTokenizerBinOfAnotherSizeIsRefused(_ count: Int) throws {
    var vocabulary = SmallModel.vocabulary()
    vocabulary.addsBlank = true
    let path = model.folder.path("tokenizer.bin")
    try WholeFile.write(vocabulary.tokenizerBin(), to: path)
    #expect(try ImportedVocabulary.read(path, count: SmallModel.tokens).pieces.count == SmallModel.tokens)
    let line = try #require(line { _ = try ImportedVocabulary.read(path, count: count) })
    #expect(line.hasPrefix("\(path): \(count) tokens: expected "))
    #expect(line.hasSuffix("; is it the tokenizer of this model?") && line.isOneLine)
  }

  @Test func whatIsNoTokenizerIsRefused() throws {
    for name in ["tokenizer.model", "tokenizer.bin"] {
      let path = model.folder.path(name)
      for bytes in [[], [0xFF], Array("{\"model\": {}}".utf8)] {
        try WholeFile.write(bytes, to: path)
        let line = try #require(line { _ = try ImportedVocabulary.read(path, count: SmallModel.tokens) })
        #expect(line.hasPrefix("\(path): ") && line.isOneLine)
      }
    }
  }
}
