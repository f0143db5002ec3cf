import Files
import ImportingTransformer
import TestSupport
import Testing
import Tokenizers

/// The keys of a GGUF file that are about tokens. `GoldenTests` reads files of another writer.
@Suite struct GGUFVocabularyTests {
  private let file: RawGGUF

  init() throws { file = RawGGUF(try SmallNetwork()) }

  private func vocabulary(_ change: (inout RawGGUF) -> Void) throws -> Vocabulary? {
    var file = file
    change(&file)
    return try GGUFModel(.inMemory(file.bytes), path: "a.gguf").vocabulary
  }

  private func refusal(_ change: (inout RawGGUF) -> Void) -> String? { line { _ = try vocabulary(change) } }

  /// Makes the tokens GPT-2's: the first is a sign.
  private static func byteLevel(_ file: inout RawGGUF) {
    file["tokenizer.ggml.model"] = .string("gpt2")
    file["tokenizer.ggml.pre"] = .string("gpt-2")
    file["tokenizer.ggml.tokens"] = .strings([
      "<|end|>", "a", "b", "ab", "\u{120}", "\u{120}ab", "\u{10A}", "\u{E9}", "!", "\u{100}", "\u{143}", "~",
    ])
    file["tokenizer.ggml.token_type"] = .integers([3] + [Int32](repeating: 1, count: 11))
    file["tokenizer.ggml.merges"] = .strings(["a b", "\u{120} ab"])
    file["tokenizer.ggml.eos_token_id"] = .u32(0)
    file["tokenizer.ggml.add_space_prefix"] = nil
  }

  @Test func bytesAreWhatGPT2sCharactersStandFor() throws {
    let vocabulary = try #require(try vocabulary { Self.byteLevel(&$0) })
    // Every byte that is written as another character is among these at its ends: 0 as U+0100, 0xAD as U+0143.
    #expect(
      vocabulary.pieces == [
        Array("<|end|>".utf8), [0x61], [0x62], [0x61, 0x62], [0x20], [0x20, 0x61, 0x62], [0x0A], [0xE9], [0x21], [0],
        [0xAD], [0x7E],
      ])
    #expect(vocabulary.merges == [.init(1, 2), .init(4, 3)])
    #expect(vocabulary.words == .gpt2 && vocabulary.beginning == nil && vocabulary.ends == [0] && !vocabulary.addsBlank)
  }

  @Test func whatStandsBeforeAndAfterATextIsSaid() throws {
    let added = try #require(
      try vocabulary {
        Self.byteLevel(&$0)
        $0["tokenizer.ggml.add_bos_token"] = .bool(1)
        $0["tokenizer.ggml.eot_token_id"] = .u32(3)
        $0["tokenizer.ggml.eom_token_id"] = .u32(0)
      })
    #expect(added.beginning == 1 && added.ends == [0, 3])
    #expect(try vocabulary { $0["tokenizer.ggml.add_bos_token"] = .bool(0) }?.beginning == nil)
  }

  @Test func theByteOfAPieceIsRead() throws {
    let vocabulary = try #require(
      try vocabulary {
        $0["tokenizer.ggml.tokens"] = .strings(
          ["<unk>", "<s>", "</s>", "<0x0A>", "<0xff>", "\u{2581}\u{2581}a\u{2581}"] + (6..<12).map { "t\($0)" })
        $0["tokenizer.ggml.token_type"] = .integers([2, 3, 3, 6, 6, 4, 5, 1, 1, 1, 1, 1])
      })
    #expect(vocabulary.pieces[3...5] == [[0x0A], [0xFF], Array("  a ".utf8)])
    #expect(vocabulary.kinds[3...6] == [.byte, .byte, .userDefined, .unused])
  }

  @Test(
    arguments: [
      ("model", .string("bert"), "key 'tokenizer.ggml.model': expected 'llama' or 'gpt2', found 'bert'"),
      (
        "tokens", .strings(["a"]),
        "key 'tokenizer.ggml.tokens': expected an array of 12, the rows of the embedding, found an array of 1 string"
      ),
      ("scores", nil, "key 'tokenizer.ggml.scores': expected an array of 12, found nothing"),
      ("scores", .floats([0]), "key 'tokenizer.ggml.scores': expected an array of 12, found an array of 1 f32"),
      (
        "scores", .floats([.nan] + [Float](repeating: 0, count: 11)),
        "key 'tokenizer.ggml.scores', element 0: expected a number, found nan"
      ),
      (
        "token_type", .integers([7] + [Int32](repeating: 1, count: 11)),
        "key 'tokenizer.ggml.token_type', element 0: expected 1 to 6, found 7"
      ),
      (
        "token_type", .integers([Int32](repeating: 6, count: 12)),
        "key 'tokenizer.ggml.tokens', element 0: expected a byte as '<0x0A>', found '<0>'"
      ),
      ("token_type", nil, "key 'tokenizer.ggml.token_type': expected an array of 12, found nothing"),
      ("bos_token_id", .u32(12), "key 'tokenizer.ggml.bos_token_id': expected a token below 12, found 12"),
      (
        "eos_token_id", .raw(5, littleEndian([Int32(-1)])),
        "key 'tokenizer.ggml.eos_token_id': expected a token below 12, found -1"
      ),
      (
        "remove_extra_whitespaces", .bool(1),
        "key 'tokenizer.ggml.remove_extra_whitespaces': expected false, found true"
      ),
    ] as [(String, RawGGUF.Value?, String)])
  func aKeyThatCannotBeUsedIsNamed(_ key: String, _ value: RawGGUF.Value?, _ line: String) {
    #expect(refusal { $0["tokenizer.ggml.\(key)"] = value } == line)
  }

  @Test(
    arguments: [
      ("pre", .string("llama-bpe"), "key 'tokenizer.ggml.pre': expected 'gpt-2' or 'smollm', found 'llama-bpe'"),
      ("pre", .string("default"), "key 'tokenizer.ggml.pre': expected 'gpt-2' or 'smollm', found 'default'"),
      ("pre", nil, "key 'tokenizer.ggml.pre': expected 'gpt-2' or 'smollm', found nothing"),
      ("merges", nil, "key 'tokenizer.ggml.merges': expected an array of strings, found nothing"),
      (
        "merges", .strings(["a b", "ab"]),
        "key 'tokenizer.ggml.merges', element 1: expected two tokens that make one, a blank between them, found 'ab'"
      ),
      (
        "merges", .strings(["b a"]),
        "key 'tokenizer.ggml.merges', element 0: expected two tokens that make one, a blank between them, found 'b a'"
      ),
      (
        "merges", .strings(["a  b"]),
        "key 'tokenizer.ggml.merges', element 0: expected two tokens that make one, a blank between them, found 'a  b'"
      ),
      (
        "token_type", .integers([Int32](repeating: 1, count: 11) + [0]),
        "key 'tokenizer.ggml.token_type', element 11: expected 1 to 6, found 0"
      ),
      (
        "tokens", .strings(["x"] + (0..<11).map { "\($0) " }),
        "key 'tokenizer.ggml.tokens', element 1: expected characters that stand for bytes, found '0 '"
      ),
    ] as [(String, RawGGUF.Value?, String)])
  func aKeyOfBytesThatCannotBeUsedIsNamed(_ key: String, _ value: RawGGUF.Value?, _ line: String) {
    #expect(
      refusal {
        Self.byteLevel(&$0)
        $0["tokenizer.ggml.\(key)"] = value
      } == line)
  }

  @Test func aBeginningThatIsNoneIsRefused() {
    let line = refusal {
      Self.byteLevel(&$0)
      $0["tokenizer.ggml.bos_token_id"] = nil
      $0["tokenizer.ggml.add_bos_token"] = .bool(1)
    }
    #expect(line == "key 'tokenizer.ggml.bos_token_id': expected a token, as add_bos_token says, found nothing")
  }
}
