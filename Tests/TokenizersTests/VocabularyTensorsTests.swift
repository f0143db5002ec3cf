import Tensors
import Testing
import Tokenizers

@Suite struct VocabularyTensorsTests {
  private let sentencePiece = Vocabulary.sentencePiece([(" ", -1), ("a", -2), (" a", 0.5)])
    .with("<sep>", .userDefined).with("", .unused)
  private let byteLevel = Vocabulary.byteLevel([("a", "b"), ("ab", "c")], words: .smollm).with("<|end|>", .control)

  private func message(
    _ vocabulary: Vocabulary, _ change: (inout [String: Tensor], inout [String: String]) -> Void
  ) throws -> String {
    var (tensors, metadata) = (vocabulary.tensors, vocabulary.metadata)
    change(&tensors, &metadata)
    let error = #expect(throws: VocabularyError.self) { try Vocabulary(tensors: tensors, metadata: metadata) }
    return "\(try #require(error))"
  }

  @Test func comesBackAsItWas() throws {
    var odd = byteLevel
    (odd.beginning, odd.ends, odd.addsBlank) = (3, [258, 0, 7], true)
    for vocabulary in [sentencePiece, byteLevel, odd] {
      // A model's own names stand beside.
      let tensors = vocabulary.tensors.merging(["layers.0.weight": Tensor([1], [Float(1)])]) { first, _ in first }
      let metadata = vocabulary.metadata.merging(["stage": "import"]) { first, _ in first }
      #expect(try Vocabulary(tensors: tensors, metadata: metadata) == vocabulary)
    }
  }

  @Test func saysItsParts() {
    #expect(sentencePiece.tensors["tokenizer.lengths"]?.s32?.suffix(5) == [1, 1, 2, 5, 0])
    #expect(sentencePiece.tensors["tokenizer.pieces"]?.u8?.suffix(9).elementsEqual(" a a<sep>".utf8) == true)
    #expect(sentencePiece.tensors["tokenizer.kinds"]?.u8?.prefix(4) == [2, 3, 3, 6])
    #expect(sentencePiece.tensors["tokenizer.merges"] == nil && byteLevel.tensors["tokenizer.scores"] == nil)
    #expect(byteLevel.tensors["tokenizer.merges"] == Tensor([2, 2], [97, 98, 256, 99] as [Int32]))
    #expect(
      sentencePiece.metadata == [
        "tokenizer.algorithm": "sentencepiece-bpe", "tokenizer.adds_blank": "true", "tokenizer.beginning": "1",
        "tokenizer.ends": "2",
      ])
    #expect(
      byteLevel.metadata == [
        "tokenizer.algorithm": "byte-level-bpe", "tokenizer.adds_blank": "false", "tokenizer.words": "smollm",
        "tokenizer.ends": "",
      ])
  }

  @Test func tensorsAreHeldToTheirForm() throws {
    #expect(
      try message(sentencePiece) { tensors, _ in tensors["tokenizer.pieces"] = nil }
        == "tensor 'tokenizer.pieces': expected u8 of one side, found none")
    #expect(
      try message(sentencePiece) { tensors, _ in tensors["tokenizer.lengths"] = Tensor([1, 1], [Int32(1)]) }
        == "tensor 'tokenizer.lengths': expected s32 of one side, found s32 [1, 1]")
    #expect(
      try message(sentencePiece) { tensors, _ in tensors["tokenizer.kinds"] = Tensor([1], [Float(1)]) }
        == "tensor 'tokenizer.kinds': expected u8 of one side, found f32 [1]")
    #expect(
      try message(byteLevel) { tensors, _ in tensors["tokenizer.merges"] = Tensor([4], [1, 2, 3, 4] as [Int32]) }
        == "tensor 'tokenizer.merges': expected s32 [merges, 2], found s32 [4]")
    #expect(
      try message(byteLevel) { tensors, _ in tensors["tokenizer.vocabulary"] = Tensor([1], [Float(1)]) }.hasPrefix(
        "tensor 'tokenizer.vocabulary': expected one of tokenizer.pieces, tokenizer.lengths, "))
  }

  @Test func valuesAreHeldToTheirMeaning() throws {
    let (count, bytes) = (byteLevel.pieces.count, byteLevel.pieces.joined().count)
    func lengths(_ first: Int32) -> Tensor {
      Tensor([count], [first] + byteLevel.pieces.dropFirst().map { Int32($0.count) })
    }
    for (length, left) in [(Int32(-1), bytes), (.max, bytes)] {
      #expect(
        try message(byteLevel) { tensors, _ in tensors["tokenizer.lengths"] = lengths(length) }
          == "token 0: expected a length within the \(left) bytes that are left, found \(length)")
    }
    #expect(
      try message(byteLevel) { tensors, _ in tensors["tokenizer.lengths"] = lengths(0) }
        == "tensor 'tokenizer.pieces': expected \(bytes - 1) bytes, the sum of all lengths, found \(bytes)")
    #expect(
      try message(byteLevel) { tensors, _ in tensors["tokenizer.kinds"] = Tensor([1], [UInt8(7)]) }
        == "token 0: expected a kind of 1 to 6, found 7")
    #expect(
      try message(byteLevel) { tensors, _ in tensors["tokenizer.kinds"] = Tensor([1], [UInt8(1)]) }
        == "vocabulary: kinds: expected \(count), as many as pieces, found 1")
  }

  @Test func metadataIsHeldToItsMeaning() throws {
    for (key, value, expected) in [
      ("algorithm", nil, "expected one of sentencepiece-bpe, byte-level-bpe, found none"),
      ("algorithm", "bpe\n", #"expected one of sentencepiece-bpe, byte-level-bpe, found 'bpe\x0A'"#),
      ("words", "GPT-2", "expected one of gpt-2, smollm, found 'GPT-2'"),
      ("beginning", "one", "expected a token's number, found 'one'"),
      ("beginning", "+1", "expected a token's number, found '+1'"),
      ("ends", nil, "expected numbers of tokens with commas between, found none"),
      ("ends", "1,,2", "expected a token's number, found ''"),
      ("adds_blank", nil, "expected true or false, found none"),
      ("adds_blank", "yes", "expected true or false, found 'yes'"),
    ] as [(String, String?, String)] {
      #expect(
        try message(byteLevel) { _, metadata in metadata["tokenizer." + key] = value }
          == "metadata 'tokenizer.\(key)': \(expected)")
    }
    #expect(
      try message(byteLevel) { _, metadata in metadata["tokenizer.normalizer"] = "nfc" }.hasPrefix(
        "metadata 'tokenizer.normalizer': expected one of tokenizer.algorithm, "))
    #expect(
      try message(byteLevel) { _, metadata in metadata["tokenizer.ends"] = "99999" }
        == "end: expected a token below 259, found 99999")
  }
}
