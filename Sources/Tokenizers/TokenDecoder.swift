/// Tokens to bytes of text, one at a time as a model makes them. Bytes of one character may come with several tokens:
/// `TextStream` makes text of them.
public struct TokenDecoder: Sendable {
  private let vocabulary: Vocabulary
  /// Whether the blank that encoding put before the text is still to come.
  private var takesBlank: Bool

  init(_ vocabulary: Vocabulary, continuing: Bool) {
    self.vocabulary = vocabulary
    takesBlank = vocabulary.addsBlank && !continuing
  }

  /// The bytes that a token adds to the text: none for a control piece, and those of U+FFFD where the token stands for
  /// what is unknown or the vocabulary has no such token, as a model may that has more tokens than its vocabulary.
  public mutating func append(_ token: Int32) -> [UInt8] {
    let replacement = Array("\u{FFFD}".utf8)
    guard vocabulary.pieces.indices.contains(Int(token)) else { return replacement }
    var bytes: [UInt8]
    switch vocabulary.kinds[Int(token)] {
    case .control:
      takesBlank = vocabulary.addsBlank
      return []
    case .unknown: bytes = replacement
    case .normal, .userDefined, .unused, .byte: bytes = vocabulary.pieces[Int(token)]
    }
    guard !bytes.isEmpty else { return [] }
    if takesBlank, bytes.first == 0x20 { bytes.removeFirst() }
    takesBlank = false
    return bytes
  }
}

extension Tokenizer {
  /// A decoder of the tokens to come.
  /// - Parameter continuing: whether they go on behind text that stands already, so that a blank which they begin with
  ///   is text; otherwise they begin one, and where encoding adds a blank, decoding takes it away.
  public func decoder(continuing: Bool = false) -> TokenDecoder { TokenDecoder(vocabulary, continuing: continuing) }

  /// The text of the given tokens, from its beginning on; what in it is no UTF-8 becomes U+FFFD.
  public func decode(_ tokens: some Sequence<Int32>) -> String {
    var decoder = decoder()
    return String(decoding: tokens.flatMap { decoder.append($0) }, as: UTF8.self)
  }
}
