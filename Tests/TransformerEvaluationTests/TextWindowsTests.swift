import Testing
import Tokenizers
import TransformerEvaluation

/// Windows of texts whose tokens are their bytes.
@Suite struct TextWindowsTests {
  private func tokenizer(beginning: Int32? = nil) throws -> Tokenizer {
    let pieces = (UInt8.min...UInt8.max).map { [$0] }
    return try Tokenizer(
      Vocabulary(
        algorithm: .byteLevel, pieces: pieces, kinds: pieces.map { _ in .normal }, words: .gpt2, beginning: beginning,
        ends: [], addsBlank: false))
  }

  private func cut(
    _ text: String, _ unit: TextWindows.Unit, length: Int = 4, most: Int = 10, beginning: Int32? = nil
  ) throws -> [[Int32]] {
    try TextWindows(unit: unit, length: length, most: most).cut(
      text, with: tokenizer(beginning: beginning), context: 16)
  }

  private func tokens(_ texts: String...) -> [[Int32]] { texts.map { $0.utf8.map(Int32.init) } }

  @Test func linesAreCutToTheLength() throws {
    #expect(try cut("abcdef\n\n  \nghi\r\nj\nkl", .lines) == tokens("abcd", "ghi\r", "kl"))
    #expect(try cut("ab\ncd\nef", .lines, most: 2) == tokens("ab", "cd"))
    #expect(try cut("abc\nd", .lines, length: 3, beginning: 0) == [[0, 97, 98], [0, 100]])
  }

  @Test func tokensAreTheWholeTextInPieces() throws {
    #expect(try cut("abc\nefghij", .tokens) == tokens("abc\n", "efgh", "ij"))
    // A single token at the end predicts nothing.
    #expect(try cut("abcde", .tokens) == tokens("abcd"))
    #expect(try cut("abcde", .tokens, length: 3, beginning: 0) == [[0, 97, 98], [0, 99, 100], [0, 101]])
    #expect(try cut("abcdefgh", .tokens, length: 2, most: 3).count == 3)
  }

  @Test(arguments: [17, 1, 0, -1, .max, .min]) func aWindowFitsTheContext(_ length: Int) throws {
    for unit in TextWindows.Unit.allCases {
      let error = #expect(throws: TextWindowsError.length(length, context: 16)) {
        try cut("abcdef", unit, length: length)
      }
      #expect("\(try #require(error))" == "windows.length: expected 2 to 16, the model's context, found \(length)")
      #expect(try cut("abcdef", unit, length: 16) == tokens("abcdef"))
    }
  }

  @Test func aTextThatPredictsNothingIsRefused() throws {
    for (text, unit) in [
      ("", TextWindows.Unit.tokens), ("a", .tokens), ("", .lines), ("\n \n", .lines), ("a\nb", .lines),
    ] {
      let error = #expect(throws: TextWindowsError.noWindows) { try cut(text, unit) }
      #expect("\(try #require(error))" == "expected a text of at least two tokens, found none")
    }
    for most in [0, -1] {
      let error = #expect(throws: TextWindowsError.most(most)) { try cut("abc", .lines, most: most) }
      #expect("\(try #require(error))" == "windows.most: expected at least 1, found \(most)")
    }
  }
}
