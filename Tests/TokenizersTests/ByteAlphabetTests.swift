import Testing
import Tokenizers

@Suite struct ByteAlphabetTests {
  @Test func everyByteHasACharacterOfItsOwn() {
    let all = (UInt8.min...UInt8.max).map { $0 }
    let text = ByteAlphabet.text(of: all)
    #expect(text.unicodeScalars.count == 256 && Set(text.unicodeScalars).count == 256)
    #expect(ByteAlphabet.bytes(of: text) == all)
    #expect(text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.properties.generalCategory != .control })
  }

  /// The signs that GPT-2's vocabulary is known by.
  @Test func spellsAsPublishedVocabulariesDo() {
    #expect(ByteAlphabet.text(of: Array(" the\n\t".utf8)) == "ĠtheĊĉ")
    #expect(ByteAlphabet.text(of: [0x00, 0x7F, 0xA0, 0xAD]) == "ĀġłŃ")
    #expect(ByteAlphabet.bytes(of: "âĤ¬") == Array("€".utf8))
    #expect(ByteAlphabet.bytes(of: "<|im_start|>") == Array("<|im_start|>".utf8))
    #expect(ByteAlphabet.bytes(of: "a b") == nil)
    #expect(ByteAlphabet.bytes(of: "漢") == nil)
    #expect(ByteAlphabet.bytes(of: "") == [])
  }

  @Test func mergesAreLinesOfTwoPieces() throws {
    let pieces: [[UInt8]] = [[0x20], [0x61], [0x62], [0x20, 0x61], [0x61]]
    #expect(try Vocabulary.merges(["Ġ a", "a b"], pieces: pieces) == [.init(0, 1), .init(1, 2)])
    for line in ["", "a", "a b c", "a  b", "x a", "a 漢"] {
      let error = #expect(throws: VocabularyError.self) { try Vocabulary.merges(["a b", line], pieces: pieces) }
      #expect("\(try #require(error))".hasPrefix("merge 1: expected two pieces with one blank between, found '"))
    }
  }

  @Test func sentencePieceSpellsBlanksAndBytes() {
    let bytes = { (text: String, kind: Vocabulary.Kind) in SentencePieceAlphabet.bytes(of: text.utf8, kind: kind) }
    #expect(bytes("▁a▁", .normal) == Array(" a ".utf8))
    #expect(bytes("▁", .control) == Array("▁".utf8))
    #expect(bytes("<0x0A>", .byte) == [0x0A] && bytes("<0xFF>", .byte) == [0xFF])
    for text in ["<0x0a>", "<0x+A>", "0x0A", "<0x0A> ", "<0x0A", "", "<0xGG>"] { #expect(bytes(text, .byte) == nil) }
    #expect(bytes("<0x0A>", .normal) == Array("<0x0A>".utf8))
  }
}
