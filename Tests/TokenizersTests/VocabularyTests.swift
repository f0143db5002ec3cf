import Testing
import Tokenizers

@Suite struct VocabularyTests {
  private let good = Vocabulary.sentencePiece([("a", 0)])
  private let bytes = Vocabulary.byteLevel([("a", "b")])

  private func message(_ vocabulary: Vocabulary, _ change: (inout Vocabulary) -> Void) throws -> String {
    var changed = vocabulary
    change(&changed)
    let error = #expect(throws: VocabularyError.self) { try Tokenizer(changed) }
    return "\(try #require(error))"
  }

  @Test func partsThatFitAreTaken() throws {
    try good.check()
    try bytes.check()
    // Byte-level vocabularies may have scores, which nobody reads, and need not have all bytes.
    var odd = bytes
    odd.scores = odd.pieces.map { _ in 1 }
    odd.kinds[0] = .unused
    _ = try Tokenizer(odd)
    // Of equal pieces the first is meant.
    let twice = try Tokenizer(good.with("a", .normal, score: 9))
    #expect(twice.encode("a", beginning: false) == [3 + 0x20, 259])
  }

  @Test func countsAreHeldAgainstEachOther() throws {
    #expect(
      try message(good) { $0.kinds.removeLast() }
        == "vocabulary: kinds: expected 260, as many as pieces, found 259")
    #expect(
      try message(good) { $0.scores = [] } == "vocabulary: scores: expected 260, as many as pieces, found 0")
    #expect(
      try message(bytes) { $0.scores = [1] } == "vocabulary: scores: expected 257, as many as pieces, found 1")
    #expect(
      try message(good) { $0.merges = [.init(0, 0)] } == "vocabulary: merges: expected none beside scores, found 1")
    #expect(
      try message(good) { ($0.pieces, $0.kinds, $0.scores) = ([], [], []) }
        == "vocabulary: pieces: expected 1 to 2147483647, found 0")
  }

  @Test func piecesAreHeldToTheirKinds() throws {
    #expect(
      try message(good) { $0.kinds[3 + 0x0A] = .normal }
        == "vocabulary: expected a byte's piece for each of 256 bytes, found none for 0x0A (1 are missing)")
    #expect(
      try message(good) { $0.pieces[5] = [1, 0x41, 10] }
        == #"token 5: expected one byte in a byte's piece, found '\x01A\x0A'"#)
    #expect(try message(good) { $0.scores[7] = .nan } == "token 7: expected a finite score, found nan")
    #expect(
      try message(good) { $0.pieces[259] = [UInt8](repeating: 0x61, count: 1025) }
        == "token 259: expected a piece of at most 1024 bytes, found 1025 bytes")
    #expect(
      try message(good) { $0.words = .gpt2 } == "SentencePiece vocabulary: expected no pattern of words, found one")
    #expect(
      try message(bytes) { $0.words = nil } == "byte-level vocabulary: expected a pattern of words, found none")
  }

  @Test func tokensAreOfTheVocabulary() throws {
    #expect(try message(good) { $0.beginning = 260 } == "beginning: expected a token below 260, found 260")
    #expect(try message(good) { $0.ends = [2, -1] } == "end: expected a token below 260, found -1")
    #expect(
      try message(bytes) { $0.merges[0].right = 257 } == "merge 0, right: expected a token below 257, found 257")
    #expect(
      try message(bytes) { $0.merges.append(.init(98, 97)) }
        == "merge 1: expected two pieces that are together a piece, found 'ba'")
  }
}
