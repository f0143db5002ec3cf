import Tensors
import TestSupport
import Testing
import Tokenizers

@Suite struct TokenizerBinTests {
  private let vocabulary = Vocabulary.sentencePiece([(" ", -1), ("a", -2), (" a", 0.5), ("\u{FFFD}", -0.0), ("é", -3)])

  private func message(_ bytes: [UInt8], count: Int) throws -> String {
    let error = #expect(throws: VocabularyError.self) { try Vocabulary(tokenizerBin: bytes, count: count) }
    return "\(try #require(error))"
  }

  @Test func readsWhatItWrote() throws {
    let bytes = try vocabulary.tokenizerBin()
    #expect(try Vocabulary(tokenizerBin: bytes, count: 264) == vocabulary)
    // The longest are "\n</s>\n" and the bytes; the first token scores 0 and has 5 bytes.
    let begin: [UInt8] =
      [6, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0] + "<unk>".utf8 + [0, 0, 0, 0, 5, 0, 0, 0] + "\n<s>\n".utf8
    #expect(bytes.starts(with: begin))
    let end: [UInt8] = [0, 0, 0x40, 0xC0, 2, 0, 0, 0, 0xC3, 0xA9]
    #expect(Array(bytes.suffix(10)) == end)
  }

  @Test(.enabled("\(Stories.absence)") { Stories.isThere })
  func thePublishedFileComesBackByteForByte() throws {
    let bytes = try Stories.bytes("tok512.bin")
    let vocabulary = try Vocabulary(tokenizerBin: bytes, count: 512)
    #expect(vocabulary.pieces[1] == Array("<s>".utf8) && vocabulary.pieces[3 + 0x0A] == [0x0A])
    #expect(try vocabulary.tokenizerBin() == bytes)
    #expect(
      try message(bytes, count: 513)
        == "513 tokens: expected more bytes, found a file of 6227 bytes; is it the tokenizer of this model?")
    #expect(try message(bytes, count: 511).hasPrefix("511 tokens: expected an end at byte 62"))
    #expect(try message(bytes, count: 32000).hasPrefix("32000 tokens: expected more bytes"))
  }

  @Test func sizesAreNotBelieved() throws {
    let bytes = try vocabulary.tokenizerBin()
    #expect(
      try message(Array(bytes.dropLast()), count: 264)
        == "264 tokens: expected more bytes, found a file of \(bytes.count - 1) bytes; "
        + "is it the tokenizer of this model?")
    #expect(
      try message(bytes + [0], count: 264)
        == "264 tokens: expected an end at byte \(bytes.count), found a file of \(bytes.count + 1) bytes; "
        + "is it the tokenizer of this model?")
    #expect(
      try message(bytes, count: 258) == "vocabulary: tokens of a tokenizer.bin: expected at least 259, found 258")
    for count in [-1, .min, 0] { #expect(try message(bytes, count: count).contains("expected at least 259")) }
    #expect(try message(bytes, count: .max).contains("expected more bytes"))
    #expect(try message([], count: 264).contains("expected more bytes"))
    var damaged = bytes
    damaged[8...11] = [0xFF, 0xFF, 0xFF, 0xFF]
    #expect(
      try message(damaged, count: 264)
        == "token 0, byte 8: expected a length of at most 6, which the file says is the longest, found -1; "
        + "is it a tokenizer.bin?")
    damaged[8...11] = [8, 0, 0, 0]
    #expect(try message(damaged, count: 264).contains("expected a length of at most 6"))
  }

  @Test func theBytesStandWhereProgramsLookForThem() throws {
    var bytes = try vocabulary.tokenizerBin()
    let place = try #require(bytes.firstRange(of: Array("<0x41>".utf8)))
    bytes[place.lowerBound + 4] = 0x32
    #expect(try message(bytes, count: 264) == "token 68: expected '<0x41>', found '<0x42>'")
    var infinite = try vocabulary.tokenizerBin()
    infinite[4...7] = [0, 0, 0x80, 0x7F]
    #expect(try message(infinite, count: 264) == "token 0: expected a finite score, found inf")
  }

  @Test func onlyVocabulariesOfThatFormAreWritten() throws {
    func message(_ change: (inout Vocabulary) -> Void) throws -> String {
      var changed = vocabulary
      change(&changed)
      let error = #expect(throws: VocabularyError.self) { try changed.tokenizerBin() }
      return "\(try #require(error))"
    }
    #expect(try message { $0.beginning = nil } == "tokenizer.bin: expected token 1 as beginning, found none")
    #expect(try message { $0.ends = [2, 1] } == "tokenizer.bin: expected token 2 as the only end, found [2, 1]")
    #expect(try message { $0.addsBlank = false } == "tokenizer.bin: expected a blank before each text, found none")
    #expect(
      try message { $0.kinds[260] = .control } == "token 260: expected a piece of text, found 'a', control")
    #expect(
      try message { ($0.pieces[3], $0.pieces[4]) = ([1], [0]) }
        == #"token 3: expected the piece of byte 0x00, found '\x01'"#)
    #expect(
      try message { $0 = .byteLevel([]) }
        == "tokenizer.bin: expected a vocabulary of sentencepiece-bpe, found byte-level-bpe")
  }

  /// Whatever a file holds, it is refused in one line or makes a tokenizer.
  @Test func damageIsRefusedOrHarmless() throws {
    let bytes = try vocabulary.tokenizerBin()
    var random = SeededGenerator(seed: 41)
    var taken = 0
    for _ in 0..<10_000 {
      do {
        let read = try Vocabulary(tokenizerBin: random.damaged(bytes), count: 264)
        taken += 1
        guard taken % 16 == 0 else { continue }
        let tokenizer = try Tokenizer(read)
        #expect(tokenizer.decode(tokenizer.encode("a é\n", beginning: true)) == "a é\n")
      } catch {
        #expect(!"\(error)".contains("\n") && "\(error)".utf8.count < 300)
      }
    }
    #expect(taken > 100)
  }
}
