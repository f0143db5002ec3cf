import Files
import Tokenizers
import TransformerFormats

/// A GGUF file's keys about tokens, `tokenizer.ggml.…`. Defaults are those of llama.cpp.
struct GGUFVocabulary {
  /// The tokens; nil where the file has none.
  let vocabulary: Vocabulary?
  /// What was left out.
  private(set) var notes: [String] = []

  private static let prefix = GGUFKey.tokenizer

  /// Reads a file's tokens.
  /// - Parameter count: how many there must be.
  /// - Throws: `GGUFError` naming the key, and the token where it is one's.
  init(_ file: GGUFFile, count: Int) throws(GGUFError) {
    if file.values["tokenizer.chat_template"] != nil {
      notes.append("tokenizer.chat_template left out: a text is taken as it is")
    }
    if try file.bool(Self.prefix + "add_eos_token") == true {
      notes.append("\(Self.prefix)add_eos_token left out: no token is set after a text")
    }
    guard let model = try file.string(GGUFKey.model), model != "none" else {
      vocabulary = nil
      return
    }
    if try file.bool(Self.prefix + "remove_extra_whitespaces") == true {
      throw .key(Self.prefix + "remove_extra_whitespaces", expected: "false", found: "true")
    }
    let texts = try Self.texts(file, count: count)
    switch model {
    case "llama": vocabulary = try Self.sentencePiece(file, texts)
    case "gpt2": vocabulary = try Self.byteLevel(file, texts)
    default: throw .key(GGUFKey.model, expected: "'llama' or 'gpt2'", found: quoted(model))
    }
  }

  private static func sentencePiece(_ file: GGUFFile, _ texts: [[UInt8]]) throws(GGUFError) -> Vocabulary {
    guard let kinds = try kinds(file, count: texts.count) else {
      throw .key(GGUFKey.kinds, expected: "an array of \(texts.count)", found: "nothing")
    }
    guard let scores = try file.floats(GGUFKey.scores), scores.count == texts.count else {
      let found = file.values[GGUFKey.scores].map(file.described) ?? "nothing"
      throw .key(GGUFKey.scores, expected: "an array of \(texts.count)", found: found)
    }
    if let index = scores.firstIndex(where: \.isNaN) {
      throw .element(key: GGUFKey.scores, index: index, expected: "a number", found: "\(scores[index])")
    }
    var pieces: [[UInt8]] = []
    for (index, text) in texts.enumerated() {
      pieces.append(try kinds[index] == .byte ? [byte(text, index)] : SentencePieceAlphabet.withBlanks(text))
    }
    return Vocabulary(
      algorithm: .sentencePiece, pieces: pieces, kinds: kinds, scores: scores,
      beginning: try beginning(file, count: texts.count, isAdded: true, default: 1),
      ends: try ends(file, count: texts.count, default: 2),
      addsBlank: try file.bool(GGUFKey.addsBlank) ?? true)
  }

  private static func byteLevel(_ file: GGUFFile, _ texts: [[UInt8]]) throws(GGUFError) -> Vocabulary {
    let words = try words(file)
    let kinds = try kinds(file, count: texts.count) ?? [Vocabulary.Kind](repeating: .normal, count: texts.count)
    var pieces: [[UInt8]] = []
    for (index, text) in texts.enumerated() {
      guard kinds[index] == .normal else {
        // What is no text to be merged is written as it is.
        pieces.append(text)
        continue
      }
      guard let piece = ByteAlphabet.bytes(of: text) else {
        throw .element(
          key: GGUFKey.tokens, index: index, expected: "characters that stand for bytes", found: described(text))
      }
      pieces.append(piece)
    }
    return Vocabulary(
      algorithm: .byteLevel, pieces: pieces, kinds: kinds, merges: try merges(file, pieces, kinds), words: words,
      beginning: try beginning(file, count: texts.count, isAdded: false, default: nil),
      ends: try ends(file, count: texts.count, default: nil),
      addsBlank: try file.bool(GGUFKey.addsBlank) ?? false)
  }

  private static func texts(_ file: GGUFFile, count: Int) throws(GGUFError) -> [[UInt8]] {
    guard let texts = try file.strings(GGUFKey.tokens), texts.count == count else {
      let found = file.values[GGUFKey.tokens].map(file.described) ?? "nothing"
      throw .key(GGUFKey.tokens, expected: "an array of \(count), the rows of the embedding", found: found)
    }
    return texts
  }

  private static func kinds(_ file: GGUFFile, count: Int) throws(GGUFError) -> [Vocabulary.Kind]? {
    let key = GGUFKey.kinds
    guard let numbers = try file.integers(key) else { return nil }
    guard numbers.count == count else {
      throw .key(key, expected: "an array of \(count)", found: "an array of \(numbers.count)")
    }
    var kinds: [Vocabulary.Kind] = []
    for (index, number) in numbers.enumerated() {
      guard let kind = UInt8(exactly: number).flatMap(Vocabulary.Kind.init) else {
        throw .element(key: key, index: index, expected: "1 to 6", found: "\(number)")
      }
      kinds.append(kind)
    }
    return kinds
  }

  /// How text is cut into words. llama.cpp's own default is none of GPT-2's patterns, and a file that does not say how
  /// it was trained to cut is not guessed at.
  private static func words(_ file: GGUFFile) throws(GGUFError) -> WordPattern {
    let key = GGUFKey.words
    let name = try file.string(key)
    guard let words = name.flatMap(WordPattern.init) else {
      let names = WordPattern.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
      throw .key(key, expected: names, found: name.map(quoted) ?? "nothing")
    }
    return words
  }

  /// A byte's piece, `<0x0A>`.
  private static func byte(_ text: [UInt8], _ index: Int) throws(GGUFError) -> UInt8 {
    let digits = text.dropFirst(3).dropLast()
    guard text.count == 6, text.starts(with: Array("<0x".utf8)), text.last == UInt8(ascii: ">"),
      let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    else {
      throw .element(key: GGUFKey.tokens, index: index, expected: "a byte as '<0x0A>'", found: described(text))
    }
    return byte
  }

  private static func merges(
    _ file: GGUFFile, _ pieces: [[UInt8]], _ kinds: [Vocabulary.Kind]
  ) throws(GGUFError) -> [Vocabulary.Merge] {
    let key = GGUFKey.merges
    guard let texts = try file.strings(key) else { throw .key(key, expected: "an array of strings", found: "nothing") }
    var tokens: [[UInt8]: Int32] = [:]
    for kind in [Vocabulary.Kind.normal, .userDefined] {
      for (token, piece) in pieces.enumerated() where kinds[token] == kind && tokens[piece] == nil {
        tokens[piece] = Int32(token)
      }
    }
    var merges: [Vocabulary.Merge] = []
    for (index, text) in texts.enumerated() {
      let parts = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map {
        ByteAlphabet.bytes(of: $0)
      }
      guard parts.count == 2, let left = parts[0], let right = parts[1], let first = tokens[left],
        let second = tokens[right], tokens[left + right] != nil
      else {
        throw .element(
          key: key, index: index, expected: "two tokens that make one, a blank between them", found: described(text))
      }
      merges.append(.init(first, second))
    }
    return merges
  }

  private static func beginning(
    _ file: GGUFFile, count: Int, isAdded: Bool, default other: Int?
  ) throws(GGUFError) -> Int32? {
    guard try file.bool(GGUFKey.addsBeginning) ?? isAdded else { return nil }
    guard let token = try token(GGUFKey.beginning, file, count: count, default: other) else {
      throw .key(GGUFKey.beginning, expected: "a token, as add_bos_token says", found: "nothing")
    }
    return token
  }

  /// The tokens that end a text, a turn or a message.
  private static func ends(_ file: GGUFFile, count: Int, default other: Int?) throws(GGUFError) -> [Int32] {
    var ends: [Int32] = []
    for (key, other) in zip(GGUFKey.ends, [other, nil, nil]) {
      guard let token = try token(key, file, count: count, default: other), !ends.contains(token) else { continue }
      ends.append(token)
    }
    return ends
  }

  private static func token(
    _ key: String, _ file: GGUFFile, count: Int, default other: Int?
  ) throws(GGUFError) -> Int32? {
    guard let token = try file.integer(key) ?? other else { return nil }
    guard (0..<count).contains(token) else {
      throw .key(key, expected: "a token below \(count)", found: "\(token)")
    }
    return Int32(token)
  }

  private static func described(_ text: [UInt8]) -> String {
    String(validating: text.prefix(400), as: UTF8.self).map(quoted) ?? "\(text.count) bytes that are no text"
  }
}
