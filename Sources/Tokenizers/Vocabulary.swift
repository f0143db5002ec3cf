/// The pieces of text that a model knows, and how text is cut into them: all that a tokenizer's file says.
///
/// It is a value without behaviour: `Tokenizer` reads it. A piece's index is its token.
public struct Vocabulary: Sendable, Equatable {
  /// How text becomes tokens.
  public enum Algorithm: String, Sendable, CaseIterable {
    /// SentencePiece's byte-pair encoding: of all neighbours that make a piece, those of the highest score merge first;
    /// what no piece holds becomes bytes.
    case sentencePiece = "sentencepiece-bpe"
    /// GPT-2's: text is cut into words by a pattern, and neighbours merge in the order of a list of merges.
    case byteLevel = "byte-level-bpe"
  }

  /// What a piece is for.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// Text.
    case normal = 1
    /// Stands for what no piece holds.
    case unknown = 2
    /// A sign to the model, such as the beginning of a text. It is never found in text, and decodes to nothing.
    case control = 3
    /// Text that is looked for before all else.
    case userDefined = 4
    /// Never used: text does not become it, nor anything that it is a part of on the way.
    case unused = 5
    /// One byte of text, `<0x0A>` say.
    case byte = 6
  }

  /// How text becomes tokens.
  public var algorithm: Algorithm
  /// The bytes of each piece, a blank as a blank (not as U+2581 or U+0120), a byte's piece as that byte alone: what
  /// `SentencePieceAlphabet` and `ByteAlphabet` make of files' spellings. Of equal ones text becomes the first.
  public var pieces: [[UInt8]]
  /// What each is for; as many as there are pieces.
  public var kinds: [Kind]
  /// How gladly each is merged into, for `sentencePiece`, all finite; as many as there are pieces, or, for the other,
  /// none.
  public var scores: [Float]
  /// The pairs of tokens that merge, first those that merge first, for `byteLevel`; each is together a piece.
  public var merges: [Merge]
  /// How `byteLevel` cuts text into words, nil for the other.
  public var words: WordPattern?
  /// The token before a text, nil for none.
  public var beginning: Int32?
  /// The tokens that end a text.
  public var ends: [Int32]
  /// Whether text is encoded with a blank before it, which decoding takes away.
  public var addsBlank: Bool

  /// Two neighbours that merge into one piece.
  public struct Merge: Sendable, Equatable, Hashable {
    /// The left and the right token.
    public var left, right: Int32

    /// The two tokens.
    public init(_ left: Int32, _ right: Int32) { (self.left, self.right) = (left, right) }
  }

  /// A vocabulary of the given parts.
  public init(
    algorithm: Algorithm, pieces: [[UInt8]], kinds: [Kind], scores: [Float] = [], merges: [Merge] = [],
    words: WordPattern? = nil, beginning: Int32?, ends: [Int32], addsBlank: Bool
  ) {
    (self.algorithm, self.pieces, self.kinds, self.scores) = (algorithm, pieces, kinds, scores)
    (self.merges, self.words, self.beginning, self.ends) = (merges, words, beginning, ends)
    self.addsBlank = addsBlank
  }
}

/// How a byte-level tokenizer cuts text into words before it merges within each.
public enum WordPattern: String, Sendable, CaseIterable {
  /// GPT-2's pattern: contractions, letters, digits and other signs, each with a blank before it, and blanks.
  case gpt2 = "gpt-2"
  /// The same, every digit a word of its own.
  case smollm
}
