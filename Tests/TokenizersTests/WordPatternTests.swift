import Tensors
import Testing
import Tokenizers

@Suite struct WordPatternTests {
  private func words(_ pattern: WordPattern, _ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return pattern.words(in: bytes, bytes.indices).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test func cutsAsThePatternSays() {
    #expect(words(.gpt2, "I don't, we'll") == ["I", " don", "'t", ",", " we", "'ll"])
    #expect(words(.gpt2, "a  b   ") == ["a", " ", " b", "   "])
    #expect(words(.gpt2, "x \n y\n") == ["x", " \n", " y", "\n"])
    #expect(words(.gpt2, "12a 34!? '") == ["12", "a", " 34", "!?", " '"])
    #expect(words(.smollm, "12a  34") == ["1", "2", "a", "  ", "3", "4"])
    #expect(words(.smollm, "'1s") == ["'", "1", "s"])
    #expect(words(.gpt2, "").isEmpty && words(.smollm, "").isEmpty)
  }

  /// The pattern itself, in the standard library's regular expressions.
  @Test func cutsAsARegularExpressionDoes() throws {
    let pattern = #/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/#
      .matchingSemantics(.unicodeScalar)
    let parts = [
      "a", "Z", "é", "漢", "ǅ", "ʰ", "1", "٣", "½", "Ⅷ", " ", "  ", "\n", "\t", "\r\n", "\u{A0}", "\u{3000}", "\u{85}",
      "'", "'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "!", "_", "-", "😀", "\u{301}", "\u{200B}", "\u{1C}", "\0", "€",
    ]
    var random = SeededGenerator(seed: 21)
    for _ in 0..<3000 {
      let text = random.text(parts, count: random.below(24))
      #expect(words(.gpt2, text) == text.matches(of: pattern).map { String($0.output) }, "\(text.debugDescription)")
    }
  }

  @Test func wordsAreTogetherTheTextWhateverItsBytes() {
    var random = SeededGenerator(seed: 22)
    for _ in 0..<500 {
      let bytes = (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next() >> 8) }
      for pattern in WordPattern.allCases {
        var end = 0
        for word in pattern.words(in: bytes, bytes.indices) {
          #expect(word.lowerBound == end && !word.isEmpty)
          end = word.upperBound
        }
        #expect(end == bytes.count)
      }
    }
  }
}
