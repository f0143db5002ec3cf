import Tensors
import TestSupport
import Testing
import Tokenizers

/// SentencePiece's byte-pair encoding as llama2.c has it, written as the plain loop that the definition is.
private struct PlainLoop {
  let vocabulary: Vocabulary
  private let ids: [[UInt8]: Int32]

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    var ids: [[UInt8]: Int32] = [:]
    for (token, piece) in vocabulary.pieces.enumerated() where vocabulary.kinds[token] == .normal {
      if ids[piece] == nil { ids[piece] = Int32(token) }
    }
    self.ids = ids
  }

  func encode(_ text: String) -> [Int32] {
    var tokens: [Int32] = []
    for character in (text.isEmpty || !vocabulary.addsBlank ? text : " " + text).unicodeScalars {
      let bytes = Array(String(character).utf8)
      tokens += ids[bytes].map { [$0] } ?? bytes.map { Int32($0) + 3 }
    }
    var known: [Vocabulary.Merge: Int32] = [:]
    func merged(_ left: Int32, _ right: Int32) -> Int32 {
      let pair = Vocabulary.Merge(left, right)
      if let token = known[pair] { return token }
      let isText = vocabulary.kinds[Int(left)] == .normal && vocabulary.kinds[Int(right)] == .normal
      let token = isText ? ids[vocabulary.pieces[Int(left)] + vocabulary.pieces[Int(right)]] ?? -1 : -1
      known[pair] = token
      return token
    }
    while true {
      var best: (score: Float, token: Int32, place: Int)?
      for place in tokens.indices.dropLast() {
        let token = merged(tokens[place], tokens[place + 1])
        guard token >= 0, vocabulary.scores[Int(token)] > best?.score ?? -.infinity else { continue }
        best = (vocabulary.scores[Int(token)], token, place)
      }
      guard let best else { return tokens }
      tokens.replaceSubrange(best.place...best.place + 1, with: [best.token])
    }
  }
}

@Suite struct TokenizerTests {
  // MARK: SentencePiece

  @Test func mergesTheBestNeighboursFirstAndOfEqualOnesTheLeftmost() throws {
    let tokenizer = try Tokenizer(
      .sentencePiece([(" ", -9), ("a", -9), ("b", -9), ("ab", -1), ("ba", -1), ("aba", -2), (" a", -3)]))
    // " abab": both "ab" score more than " a", and the left "ab" comes before "ba", which would part it.
    #expect(tokenizer.encode("abab", beginning: true) == [1, 259, 262, 262])
    #expect(tokenizer.encode("aa", beginning: false) == [265, 260])
    #expect(tokenizer.encode("aba", beginning: false) == [259, 264])
  }

  @Test func aCharacterWithoutAPieceBecomesItsBytesAndTheseDoNotMerge() throws {
    let vocabulary = Vocabulary.sentencePiece([("a", 0), ("éa", 5), ("aé", 5), ("Ã", 9)])
    let tokenizer = try Tokenizer(vocabulary)
    let tokens: [Int32] = [0x20, 0xC3, 0xA9].map { 3 + $0 } + [259]
    #expect(tokenizer.encode("éa", beginning: false) == tokens)
    #expect(tokenizer.encode("", beginning: true) == [1])
    #expect(tokenizer.encode("", beginning: false) == [])
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
  func makesWhatThePlainLoopMakes(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let letters = ["a", "b", "c", " ", "é", "漢"]
    var texts = letters.dropLast(Int(seed % 3)).map { ($0, Float(0)) }
    for _ in 0..<40 {
      // Few different scores, so that many merges are equal.
      texts.append((random.text(letters, count: 2 + random.below(4)), -Float(random.below(5))))
    }
    let vocabulary = Vocabulary.sentencePiece(texts, addsBlank: seed % 2 == 0)
    let (tokenizer, oracle) = (try Tokenizer(vocabulary), PlainLoop(vocabulary))
    for _ in 0..<200 {
      let text = random.text(letters + ["x", "\n"], count: random.below(40))
      let tokens = tokenizer.encode(text, beginning: false)
      #expect(tokens == oracle.encode(text), "\(text.debugDescription)")
      #expect(tokenizer.decode(tokens) == text)
    }
  }

  @Test(.enabled("\(Stories.absence)") { Stories.isThere })
  func makesWhatThePlainLoopMakesOfStories() throws {
    let vocabulary = try Vocabulary(tokenizerBin: Stories.bytes("tok512.bin"), count: 512)
    let (tokenizer, oracle) = (try Tokenizer(vocabulary), PlainLoop(vocabulary))
    let lines = try Stories.lines()
    #expect(lines.count > 800)
    for line in lines {
      let tokens = tokenizer.encode(line, beginning: true)
      #expect(tokens == [1] + oracle.encode(line))
      #expect(tokenizer.decode(tokens) == line)
    }
  }

  @Test func controlPiecesAreTextUnlessOneAsks() throws {
    let tokenizer = try Tokenizer(.sentencePiece("</s> ab".map { (String($0), 0) }))
    let text = "a</s>b"
    #expect(!tokenizer.encode(text, beginning: false).contains(2))
    #expect(tokenizer.decode(tokenizer.encode(text, beginning: true)) == text)
    let (blank, a, b) = (Int32(263), Int32(264), Int32(265))
    #expect(tokenizer.encode(text, beginning: false, parsingSpecial: true) == [blank, a, 2, blank, b])
    #expect(tokenizer.decode([blank, a, 2, blank, b]) == "ab")
  }

  @Test func userDefinedPiecesAreFoundFirstTheLongestAndMergeWithNothing() throws {
    let vocabulary = Vocabulary.sentencePiece([(" ", 0), ("a", 0), ("b", 0), ("ab", 1), ("bab", 2)])
      .with("ba", .userDefined).with("baa", .userDefined).with(" x", .userDefined)
    let tokenizer = try Tokenizer(vocabulary)
    // "b|a" of "bab" is taken before "bab" could be made, and the longer one where both begin.
    #expect(tokenizer.encode("bab", beginning: false) == [259, 264, 261])
    #expect(tokenizer.encode("abaa", beginning: false) == [259, 260, 265])
    // The blank before the text is part of it.
    #expect(tokenizer.encode("xa", beginning: false) == [266, 260])
  }

  // MARK: Byte-level

  @Test func mergesTheEarliestOfTheListFirst() throws {
    let tokenizer = try Tokenizer(.byteLevel([("b", "c"), ("a", "b"), ("ab", "c")]))
    #expect(tokenizer.encode("abc", beginning: false) == [97, 256])
    #expect(tokenizer.encode("ab c", beginning: true) == [257, 32, 99])
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func mergesWhatThePlainLoopMerges(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed, stream: 1)
    var texts = ["a", "b", "c"]
    var pairs: [(String, String)] = []
    while pairs.count < 30 {
      let (left, right) = (texts[random.below(texts.count)], texts[random.below(texts.count)])
      guard !texts.contains(left + right) else { continue }
      pairs.append((left, right))
      texts.append(left + right)
    }
    let tokenizer = try Tokenizer(.byteLevel(pairs))
    for _ in 0..<200 {
      let text = random.text(["a", "b", "c"], count: random.below(60))
      var parts = text.map { String($0) }
      while let rank = pairs.firstIndex(where: { pair in
        zip(parts, parts.dropFirst()).contains { $0 == pair.0 && $1 == pair.1 }
      }) {
        for place in parts.indices.dropLast() where parts[place] == pairs[rank].0 && parts[place + 1] == pairs[rank].1 {
          parts.replaceSubrange(place...place + 1, with: [pairs[rank].0 + pairs[rank].1])
          break
        }
      }
      let tokens = tokenizer.encode(text, beginning: false)
      #expect(tokens.map { String(decoding: tokenizer.vocabulary.pieces[Int($0)], as: UTF8.self) } == parts)
    }
  }

  @Test func whatIsSaidToBeSpecialIsTextUnlessOneAsks() throws {
    let vocabulary = Vocabulary.byteLevel([("e", "n")]).with("<|end|>", .control).with("<|end|>!", .control)
      .with("[x]", .userDefined)
    let tokenizer = try Tokenizer(vocabulary)
    #expect(tokenizer.encode("<|end|>", beginning: false) == [60, 124, 256, 100, 124, 62])
    #expect(tokenizer.encode("a<|end|>!<|end|>", beginning: false, parsingSpecial: true) == [97, 258, 257])
    #expect(tokenizer.encode("a[x]b", beginning: false) == [97, 259, 98])
    #expect(tokenizer.decode([97, 258, 259]) == "a[x]")
  }

  @Test func aByteWithoutAPieceIsLostOrUnknownAndSaidToBe() throws {
    var vocabulary = Vocabulary.byteLevel([("a", "b")])
    vocabulary.pieces[0] = Array("<empty>".utf8)
    #expect(try Tokenizer(vocabulary).lostBytes == [0])
    // What stood around the lost byte was no neighbour of the other.
    #expect(try Tokenizer(vocabulary).encode("a\0b", beginning: false) == [97, 98])
    vocabulary.kinds[0] = .unknown
    let tokenizer = try Tokenizer(vocabulary)
    #expect(tokenizer.lostBytes == [])
    #expect(tokenizer.encode("a\0b", beginning: false) == [97, 0, 98])
    #expect(tokenizer.decode([97, 0, 98]) == "a\u{FFFD}b")
  }

  // MARK: Any bytes

  @Test func anyBytesComeBackAsTheyWere() throws {
    let sentencePiece = try Tokenizer(.sentencePiece([(" ", 0), ("a", 0), ("a ", 1), ("  ", 1), ("é", 0)]))
    let byteLevel = try Tokenizer(.byteLevel([("a", " "), (" ", " ")], words: .smollm))
    var random = SeededGenerator(seed: 11)
    let drawn = (0..<300).map { _ in (0..<random.below(24)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
    for tokenizer in [sentencePiece, byteLevel] {
      for text in difficultTexts + drawn {
        for beginning in [false, true] {
          var decoder = tokenizer.decoder()
          #expect(tokenizer.encode(text, beginning: beginning).flatMap { decoder.append($0) } == text)
        }
      }
    }
  }

  /// A line without a blank is one word, on which a loop that looks at all neighbours for each merge would spend hours.
  @Test func aLongLineWithoutBlanksIsTakenToo() throws {
    var random = SeededGenerator(seed: 12)
    let text = random.text(["a", "b", "ab", "bb"], count: 130_000)
    #expect(text.utf8.count > 190_000)
    let sentencePiece = try Tokenizer(
      .sentencePiece([(" ", 0), ("a", 0), ("b", 0), ("ab", 2), ("bb", 1), ("abab", 3)]))
    #expect(sentencePiece.decode(sentencePiece.encode(text, beginning: true)) == text)
    let byteLevel = try Tokenizer(.byteLevel([("a", "b"), ("b", "b"), ("ab", "ab")]))
    #expect(byteLevel.decode(byteLevel.encode(text, beginning: true)) == text)
  }
}
