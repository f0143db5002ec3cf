import Foundation
import Tensors
import Testing
import Tokenizers

/// A SentencePiece model's file, field by field.
private struct ModelFile {
  typealias Piece = (spelling: String, score: Float, type: Int)

  /// Pieces with their scores and types.
  var pieces: [Piece] = {
    let special: [Piece] = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)]
    let bytes: [Piece] = (0...255).map { (String(format: "<0x%02X>", $0), 0, 6) }
    return special + bytes + [("▁", -3, 1), ("a", -4, 1), ("▁a", -1, 1), ("<sep>", 0, 4), ("<mask>", 0, 5)]
  }()
  /// Numbers of the trainer's message, by field.
  var trainer = [3: 2, 35: 1, 40: 0, 41: 1, 42: 2]
  /// Numbers of the normalizer's, by field.
  var normalizer = [3: 1, 4: 0, 5: 1]
  /// Bytes of its map of characters, and of the one on the way out.
  var charactersIn: [UInt8] = []
  var charactersOut: [UInt8] = []

  private static func varint(_ number: Int) -> [UInt8] {
    var (rest, bytes) = (UInt64(bitPattern: Int64(number)), [UInt8]())
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(bytes.count) + bytes
  }

  private static func field(_ number: Int, _ value: Int) -> [UInt8] { varint(number << 3) + varint(value) }

  private static func numbers(_ fields: [Int: Int]) -> [UInt8] {
    fields.sorted { $0.key < $1.key }.flatMap { field($0.key, $0.value) }
  }

  var bytes: [UInt8] {
    let listed = pieces.flatMap { piece in
      let score = withUnsafeBytes(of: piece.score.bitPattern.littleEndian) { Array($0) }
      return Self.field(
        1, Self.field(1, Array(piece.spelling.utf8)) + Self.varint(2 << 3 | 5) + score + Self.field(3, piece.type))
    }
    let map = charactersIn.isEmpty ? [] : Self.field(2, charactersIn)
    let normalizing = Self.field(1, Array("rule".utf8)) + map + Self.numbers(normalizer)
    let wayOut = charactersOut.isEmpty ? [] : Self.field(5, Self.field(2, charactersOut))
    return listed + Self.field(2, Self.numbers(trainer)) + Self.field(3, normalizing) + wayOut
  }
}

@Suite struct SentencePieceModelTests {
  private func message(_ change: (inout ModelFile) -> Void) throws -> String {
    var file = ModelFile()
    change(&file)
    let error = #expect(throws: (any Error).self) { try Vocabulary(sentencePieceModel: file.bytes) }
    return "\(try #require(error))"
  }

  @Test func readsAModel() throws {
    let expected = Vocabulary.sentencePiece([(" ", -3), ("a", -4), (" a", -1)])
      .with("<sep>", .userDefined).with("<mask>", .unused)
    #expect(try Vocabulary(sentencePieceModel: ModelFile().bytes) == expected)
    var file = ModelFile()
    (file.trainer[41], file.trainer[42], file.normalizer[3]) = (-1, -1, 0)
    let other = try Vocabulary(sentencePieceModel: file.bytes)
    #expect(other.beginning == nil && other.ends == [] && !other.addsBlank)
  }

  /// What a file leaves out is what the format says it is then.
  @Test func absentFieldsHaveTheFormatsDefaults() throws {
    var file = ModelFile()
    (file.trainer[41], file.trainer[42], file.normalizer[3], file.normalizer[5]) = (nil, nil, nil, nil)
    #expect(try Vocabulary(sentencePieceModel: file.bytes) == Vocabulary(sentencePieceModel: ModelFile().bytes))
    #expect(try message { $0.trainer[3] = nil }.contains("found 1 (unigram)"))
    #expect(try message { $0.trainer[35] = nil }.contains("byte_fallback"))
    #expect(try message { $0.normalizer[4] = nil }.contains("remove_extra_whitespaces"))
  }

  /// SentencePiece spells blanks before it looks for pieces, and so never finds this one.
  @Test func aPieceWithABlankIsNeverFound() throws {
    var file = ModelFile()
    file.pieces += [("a a", 9, 4), ("a ", 9, 1)]
    let tokenizer = try Tokenizer(Vocabulary(sentencePieceModel: file.bytes))
    #expect(tokenizer.encode("a a ", beginning: false) == [261, 261, 259])
  }

  @Test func whatWouldMakeOtherTokensIsRefused() throws {
    #expect(
      try message { $0.trainer[3] = 1 }
        == "SentencePiece model: model_type: expected 2 (byte-pair encoding), found 1 (unigram)")
    #expect(try message { $0.trainer[3] = 9 }.hasSuffix("found 9"))
    #expect(
      try message { $0.trainer[35] = 0 } == "SentencePiece model: byte_fallback: expected true, found false: "
        + "characters without a piece would be lost")
    #expect(
      try message { $0.trainer[24] = 1 }
        == "SentencePiece model: treat_whitespace_as_suffix: expected false, found true")
    #expect(
      try message { $0.normalizer[4] = 1 }
        == "SentencePiece model: remove_extra_whitespaces: expected false, found true")
    #expect(
      try message { $0.normalizer[5] = 0 } == "SentencePiece model: escape_whitespaces: expected true, found false")
    #expect(
      try message { $0.charactersIn = [1, 2, 3] } == "SentencePiece model: normalizer 'rule': "
        + "expected text taken as it stands (identity), found a map of characters of 3 bytes")
    #expect(
      try message { $0.charactersOut = [1] }
        == "SentencePiece model: denormalizer: expected none, found a map of characters of 1 bytes")
  }

  @Test func badFilesAreRefused() throws {
    #expect(try message { $0.pieces[4].type = 7 } == "token 4: expected a type of 1 to 6, found 7")
    #expect(try message { $0.pieces[4].type = -1 } == "token 4: expected a type of 1 to 6, found -1")
    #expect(
      try message { $0.pieces[4].spelling = "<0x1>" }
        == "token 4: expected a byte's piece of the form <0x0A>, found '<0x1>'")
    #expect(
      try message { $0.pieces[4].spelling = "<0x00>" } == "vocabulary: expected a byte's piece for each of 256 bytes, "
        + "found none for 0x01 (1 are missing)")
    #expect(try message { $0.trainer[42] = 264 } == "end: expected a token below 264, found 264")
    #expect(
      try message { $0.pieces = [] } == "expected a SentencePiece model, found a message without pieces")
    let error = #expect(throws: (any Error).self) { try Vocabulary(sentencePieceModel: [0x0A, 0xFF]) }
    #expect(
      "\(try #require(error))"
        == "expected a SentencePiece model, found bytes that are no such Protocol Buffers message")
  }

  @Test func aPieceThatIsNoTextIsTaken() throws {
    var bytes = ModelFile().bytes
    let place = try #require(bytes.firstRange(of: Array("<sep>".utf8)))
    bytes[place.lowerBound] = 0xFF
    #expect(try Vocabulary(sentencePieceModel: bytes).pieces[262] == [0xFF] + Array("sep>".utf8))
  }

  /// Whatever a file holds, it is refused in one line or makes a tokenizer.
  @Test func damageIsRefusedOrHarmless() throws {
    let bytes = try TokenizerGoldenTests.model()
    var random = SeededGenerator(seed: 51)
    var taken = 0
    for _ in 0..<10_000 {
      do {
        let read = try Vocabulary(sentencePieceModel: random.damaged(bytes))
        taken += 1
        guard taken % 16 == 0 else { continue }
        let tokenizer = try Tokenizer(read)
        #expect(!tokenizer.encode("the café\n", beginning: true).isEmpty)
      } catch {
        #expect(!"\(error)".contains("\n") && "\(error)".utf8.count < 300)
      }
    }
    #expect(taken > 100)
  }
}
