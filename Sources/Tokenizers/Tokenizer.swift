/// Text to tokens and back, as a vocabulary says.
///
/// SentencePiece's byte-pair encoding is that of llama2.c: characters first, those that no piece holds as bytes, then of
/// all neighbours that make a piece those of the highest score, the leftmost of equal ones. It takes text as it stands:
/// no normalization, and `▁` (U+2581) in a text is that sign and no blank. A piece of kind `unused` is never made.
///
/// GPT-2's byte-level encoding cuts text into words, each into bytes, and merges in the order of the list. A byte that
/// the vocabulary has no piece for becomes its piece of kind `unknown`, or, where there is none, nothing: `lostBytes`.
///
/// Bytes that are no UTF-8 are taken as they are by both, and come back as they were.
public struct Tokenizer: Sendable {
  /// What it was made of.
  public let vocabulary: Vocabulary

  private let merges: PieceMerges
  /// Tokens by character, for SentencePiece.
  private let characters: [Unicode.Scalar: Int32]
  /// Tokens by byte: what a character without a piece becomes, or what words begin as; `lost` for none.
  private let bytes: [Int32]
  /// Stands for a byte that has no token: it parts its neighbours, and is left out in the end. No vocabulary has so many.
  private static let lost = Int32.max
  /// Finds user-defined pieces.
  private let added: PieceFinder
  /// Finds control pieces beside them.
  private let special: PieceFinder

  /// A tokenizer of the given vocabulary.
  /// - Throws: `VocabularyError` for one whose parts do not fit each other.
  public init(_ vocabulary: Vocabulary) throws(VocabularyError) {
    try vocabulary.check()
    let (pieces, kinds) = (vocabulary.pieces, vocabulary.kinds)
    let merges = try PieceMerges(vocabulary)
    var characters: [Unicode.Scalar: Int32] = [:]
    if vocabulary.algorithm == .sentencePiece {
      for (piece, token) in merges.tokens where !piece.isEmpty {
        guard case .scalar(let scalar, piece.count) = utf8Step(piece, at: 0, end: piece.count) else { continue }
        characters[scalar] = token
      }
    }
    func tokens(_ wanted: Set<Vocabulary.Kind>) -> [Int32] {
      kinds.indices.filter { wanted.contains(kinds[$0]) }.map { Int32($0) }
    }
    var bytes = [Int32](repeating: tokens([.unknown]).first ?? Self.lost, count: 256)
    if vocabulary.algorithm == .sentencePiece {
      for token in tokens([.byte]).reversed() { bytes[Int(pieces[Int(token)][0])] = token }
    } else {
      for byte in bytes.indices { bytes[byte] = merges.tokens[[UInt8(byte)]] ?? bytes[byte] }
    }
    (self.vocabulary, self.merges, self.characters, self.bytes) = (vocabulary, merges, characters, bytes)
    added = PieceFinder(tokens([.userDefined]), of: pieces)
    special = PieceFinder(tokens([.userDefined, .control]), of: pieces)
  }

  /// The bytes that a text loses when it is encoded, since the vocabulary has neither a piece for them nor one for what
  /// is unknown: none of SentencePiece, and of byte-level ones those that its training text did not hold.
  public var lostBytes: [UInt8] { bytes.indices.filter { bytes[$0] == Self.lost }.map { UInt8($0) } }

  /// The tokens of a text.
  /// - Parameters:
  ///   - text: any text. An empty one has no tokens.
  ///   - beginning: whether the vocabulary's token of a beginning stands first, where it has one.
  ///   - parsingSpecial: whether control pieces that are written in the text, `<|endoftext|>` say, become their token.
  ///     For text that a person typed they must not: whoever wrote it could end the text, or speak for another.
  public func encode(_ text: String, beginning: Bool, parsingSpecial: Bool = false) -> [Int32] {
    encode(text.utf8, beginning: beginning, parsingSpecial: parsingSpecial)
  }

  /// The tokens of a text of the given bytes, in UTF-8 where they are text; likewise.
  public func encode(
    _ text: some Sequence<UInt8>, beginning: Bool, parsingSpecial: Bool = false
  ) -> [Int32] {
    let text = Array(text)
    var tokens: [Int32] = []
    if beginning, let token = vocabulary.beginning { tokens.append(token) }
    var merging = Merging(merges)
    var start = 0
    var index = 0
    while index < text.count {
      guard let found = cut(text, at: index, parsingSpecial: parsingSpecial) else {
        index += 1
        continue
      }
      append(text, start..<index, to: &tokens, &merging)
      tokens.append(found.token)
      index += found.byteCount
      start = index
    }
    append(text, start..<text.count, to: &tokens, &merging)
    return tokens
  }

  /// The piece that stands in the text at a byte and cuts it in two. SentencePiece finds user-defined pieces later, with
  /// the blank before the text in sight.
  private func cut(
    _ text: [UInt8], at index: Int, parsingSpecial: Bool
  ) -> (token: Int32, byteCount: Int)? {
    let finder = parsingSpecial ? special : added
    guard let found = finder.longest(in: text, at: index, end: text.count) else { return nil }
    let isLater = vocabulary.algorithm == .sentencePiece && vocabulary.kinds[Int(found.token)] == .userDefined
    return isLater ? nil : found
  }

  private func append(_ text: [UInt8], _ stretch: Range<Int>, to tokens: inout [Int32], _ merging: inout Merging) {
    guard !stretch.isEmpty else { return }
    let text = (vocabulary.addsBlank ? [0x20] : []) + text[stretch]
    switch vocabulary.algorithm {
    case .sentencePiece:
      var stretchTokens = symbols(text)
      merging.merge(&stretchTokens)
      tokens += stretchTokens
    case .byteLevel:
      for word in (vocabulary.words ?? .gpt2).words(in: text, text.indices) {
        var wordTokens = text[word].map { bytes[Int($0)] }
        merging.merge(&wordTokens)
        tokens += wordTokens.lazy.filter { $0 != Self.lost }
      }
    }
  }

  /// What SentencePiece begins with: user-defined pieces, characters, and bytes of those that no piece holds. Only
  /// characters merge.
  private func symbols(_ text: [UInt8]) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if let (token, byteCount) = added.longest(in: text, at: index, end: text.count) {
        tokens.append(token)
        index += byteCount
        continue
      }
      var byteCount = 1
      if case .scalar(let scalar, let count) = utf8Step(text, at: index, end: text.count) {
        byteCount = count
        if let token = characters[scalar] {
          tokens.append(token)
          index += byteCount
          continue
        }
      }
      for byte in text[index..<index + byteCount] { tokens.append(bytes[Int(byte)]) }
      index += byteCount
    }
    return tokens
  }
}
