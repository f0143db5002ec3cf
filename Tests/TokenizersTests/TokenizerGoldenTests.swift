import Foundation
import TestSupport
import Testing
import Tokenizers

/// Held against what sentencepiece and tokenizers made of small texts (`Golden/make_golden.py` says how), and against the
/// tokens of a published model, where its files are.
@Suite struct TokenizerGoldenTests {
  struct SentencePieceDocument: Decodable {
    struct Case: Decodable {
      let text: String
      let tokens: [Int32]
    }
    let count: Int
    let cases: [Case]
  }

  struct ByteLevelDocument: Decodable {
    struct Case: Decodable {
      let text: String
      let gpt2, smollm: [Int32]
    }
    let pieces, merges: [String]
    let cases: [Case]
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  static func document<Document: Decodable>(_ name: String) throws -> Document {
    try JSONDecoder().decode(Document.self, from: Data(contentsOf: folder.appending(path: name)))
  }

  static func model() throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: "sentencepiece.model")))
  }

  @Test func makesTheTokensOfSentencePiece() throws {
    let vocabulary = try Vocabulary(sentencePieceModel: Self.model())
    let document: SentencePieceDocument = try Self.document("sentencepiece.json")
    #expect(vocabulary.pieces.count == document.count && vocabulary.addsBlank)
    #expect(vocabulary.beginning == 1 && vocabulary.ends == [2])
    let tokenizer = try Tokenizer(vocabulary)
    #expect(document.cases.count > 100)
    for golden in document.cases {
      #expect(tokenizer.encode(golden.text, beginning: false) == golden.tokens, "\(golden.text.debugDescription)")
      #expect(Array(tokenizer.decode(golden.tokens).utf8) == Array(golden.text.utf8))
    }
  }

  @Test(arguments: WordPattern.allCases)
  func makesTheTokensOfByteLevelLibraries(_ words: WordPattern) throws {
    let document: ByteLevelDocument = try Self.document("byte-level.json")
    let pieces = document.pieces.map { ByteAlphabet.bytes(of: $0) ?? [] }
    let end = try #require(document.pieces.firstIndex(of: "<|end|>"))
    let vocabulary = Vocabulary(
      algorithm: .byteLevel, pieces: pieces, kinds: pieces.indices.map { $0 == end ? .control : .normal },
      merges: try Vocabulary.merges(document.merges, pieces: pieces), words: words, beginning: nil, ends: [Int32(end)],
      addsBlank: false)
    let tokenizer = try Tokenizer(vocabulary)
    #expect(tokenizer.lostBytes.isEmpty && document.cases.count > 100)
    for golden in document.cases {
      let expected = words == .gpt2 ? golden.gpt2 : golden.smollm
      #expect(tokenizer.encode(golden.text, beginning: false) == expected, "\(golden.text.debugDescription)")
      #expect(Array(tokenizer.decode(expected).utf8) == Array(golden.text.utf8))
    }
  }

  @Test(.enabled("\(Stories.absence)") { Stories.isThere })
  func makesTheTokensOfThePublishedModel() throws {
    struct Summary: Decodable {
      let prompt_tokens, first_story_tokens_64, greedy_tokens_128: [Int32]
      let greedy_text: String
    }
    let summary = try JSONDecoder().decode(
      Summary.self, from: Data(Stories.bytes("golden/summary.json")))
    let tokenizer = try Tokenizer(try Vocabulary(tokenizerBin: Stories.bytes("tok512.bin"), count: 512))
    #expect(tokenizer.encode("Once upon a time", beginning: true) == summary.prompt_tokens)
    let first = try #require(try Stories.lines().first)
    #expect(Array(tokenizer.encode(first, beginning: true).prefix(64)) == summary.first_story_tokens_64)
    // The summary's text was joined from pieces as the file spells them, with the blank before it.
    let text = tokenizer.decode(summary.greedy_tokens_128)
    #expect(" " + text == summary.greedy_text.replacing("<0x0A>", with: "\n"))
  }
}
