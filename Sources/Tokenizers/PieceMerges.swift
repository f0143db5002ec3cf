/// Which neighbours merge, into what, and which first: both algorithms, once their vocabularies are read, are this.
struct PieceMerges: Sendable {
  /// The token that a merge makes, and its turn among all merges: lower ones come first.
  struct Merged {
    var rank: UInt32
    var token: Int32
  }

  /// `rank` above, `token` below, by the left token above and the right token below.
  private var table: [UInt64: UInt64] = [:]

  /// The tokens that text can become, by their bytes: the first of equal ones.
  let tokens: [[UInt8]: Int32]

  /// The merges of a vocabulary whose parts fit each other.
  /// - Throws: `VocabularyError.badMerge` for a merge whose two pieces are together none.
  init(_ vocabulary: Vocabulary) throws(VocabularyError) {
    var tokens: [[UInt8]: Int32] = [:]
    for (token, kind) in vocabulary.kinds.enumerated() where Self.isText(kind, vocabulary.algorithm) {
      let piece = vocabulary.pieces[token]
      if tokens[piece] == nil { tokens[piece] = Int32(token) }
    }
    self.tokens = tokens
    switch vocabulary.algorithm {
    case .sentencePiece: addMergesByScore(vocabulary)
    case .byteLevel: try addListedMerges(vocabulary)
    }
  }

  /// What the two tokens merge into, nil if they do not.
  func merged(_ left: Int32, _ right: Int32) -> Merged? {
    guard let value = table[Self.joined(left, right)] else { return nil }
    return Merged(rank: UInt32(value >> 32), token: Int32(truncatingIfNeeded: value))
  }

  /// Two tokens as one number.
  static func joined(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// SentencePiece's text is never a byte's piece, and its user-defined ones are found before anything merges. In
  /// byte-level vocabularies a byte's piece is where words begin, and added pieces may be what a merge makes.
  private static func isText(_ kind: Vocabulary.Kind, _ algorithm: Vocabulary.Algorithm) -> Bool {
    switch kind {
    case .normal: true
    case .byte, .userDefined: algorithm == .byteLevel
    case .unknown, .control, .unused: false
    }
  }

  private mutating func add(_ left: Int32, _ right: Int32, rank: Int, token: Int32) {
    let key = Self.joined(left, right)
    if table[key] == nil { table[key] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: token)) }
  }

  /// Any two pieces that are together a piece merge into it, and it is its score that says when: equal scores are equal
  /// turns.
  private mutating func addMergesByScore(_ vocabulary: Vocabulary) {
    let scores = Set(tokens.values.map { vocabulary.scores[Int($0)] }).sorted(by: >)
    let ranks = Dictionary(uniqueKeysWithValues: scores.enumerated().map { ($1, $0) })
    for (piece, token) in tokens {
      guard let rank = ranks[vocabulary.scores[Int(token)]] else { continue }
      for length in stride(from: 1, to: piece.count, by: 1) {
        guard let left = tokens[Array(piece[..<length])], let right = tokens[Array(piece[length...])] else { continue }
        add(left, right, rank: rank, token: token)
      }
    }
  }

  /// The merges of the list, in its order; the first of equal ones counts.
  private mutating func addListedMerges(_ vocabulary: Vocabulary) throws(VocabularyError) {
    for (index, merge) in vocabulary.merges.enumerated() {
      let (left, right) = (vocabulary.pieces[Int(merge.left)], vocabulary.pieces[Int(merge.right)])
      guard !left.isEmpty, !right.isEmpty, let token = tokens[left + right] else {
        throw .badMerge(index: index, expected: "two pieces that are together a piece", found: quoted(left + right))
      }
      // A half that text cannot become never stands in it.
      guard let left = tokens[left], let right = tokens[right] else { continue }
      add(left, right, rank: index, token: token)
    }
  }
}
