import Testing
import Tokenizers

@Suite struct TokenDecoderTests {
  private let tokenizer: Tokenizer

  init() throws { tokenizer = try Tokenizer(.sentencePiece([(" ", 0), ("a", 0), (" a", 1), ("é", 0)])) }

  private func bytes(_ tokens: [Int32], continuing: Bool = false) -> [String] {
    var decoder = tokenizer.decoder(continuing: continuing)
    return tokens.map { String(decoding: decoder.append($0), as: UTF8.self) }
  }

  @Test func takesAwayTheBlankThatEncodingAdded() {
    let (blank, a, blankA) = (Int32(259), Int32(260), Int32(261))
    #expect(bytes([blankA, blankA]) == ["a", " a"])
    #expect(bytes([1, blankA, blankA]) == ["", "a", " a"])
    // One blank, though it be the whole piece.
    #expect(bytes([1, blank, blankA]) == ["", "", " a"])
    #expect(bytes([1, a, blankA]) == ["", "a", " a"])
    #expect(bytes([blankA, 2, 1, blankA]) == ["a", "", "", "a"])
    #expect(bytes([blankA, a], continuing: true) == [" a", "a"])
  }

  @Test func aTokenThatIsNoneShowsAsSuch() {
    #expect(bytes([0, 263, -1, .max, .min, 260]) == ["\u{FFFD}", "\u{FFFD}", "\u{FFFD}", "\u{FFFD}", "\u{FFFD}", "a"])
  }

  @Test func aVocabularyWithoutAddedBlankKeepsIts() throws {
    let tokenizer = try Tokenizer(.sentencePiece([(" ", 0), (" a", 0)], addsBlank: false))
    #expect(tokenizer.decode([1, 260]) == " a")
    #expect(tokenizer.encode("a", beginning: false) == [3 + 0x61])
  }

  @Test func bytesOfACharacterComeOneByOne() {
    var decoder = tokenizer.decoder()
    #expect(decoder.append(3 + 0xE6) == [0xE6])
    #expect(decoder.append(3 + 0xBC) == [0xBC])
    #expect(tokenizer.decode([3 + 0xE6, 3 + 0xBC, 3 + 0xA2]) == "漢")
    #expect(tokenizer.decode([3 + 0xE6, 3 + 0xBC]) == "\u{FFFD}")
  }
}
