extension Vocabulary {
  /// The most bytes of one piece: several times what trained vocabularies hold, and no more, since the work of making a
  /// tokenizer grows with the square of it.
  public static let longestPiece = 1024

  /// Whether the parts fit each other. `Tokenizer` asks this and what merges become; every reader asks it.
  /// - Throws: `VocabularyError` for the first thing that does not fit.
  public func check() throws(VocabularyError) {
    guard (1...Int(Int32.max)).contains(pieces.count) else {
      throw .wrongCount(part: "pieces", expected: "1 to \(Int32.max)", found: pieces.count)
    }
    guard kinds.count == pieces.count else {
      throw .wrongCount(part: "kinds", expected: "\(pieces.count), as many as pieces", found: kinds.count)
    }
    try checkScores()
    try checkPieces()
    switch algorithm {
    case .sentencePiece: try checkSentencePiece()
    case .byteLevel: try checkByteLevel()
    }
    for token in [beginning].compactMap({ $0 }) { try check(token, role: "beginning") }
    for token in ends { try check(token, role: "end") }
  }

  private func checkScores() throws(VocabularyError) {
    guard scores.count == pieces.count || (scores.isEmpty && algorithm == .byteLevel) else {
      throw .wrongCount(part: "scores", expected: "\(pieces.count), as many as pieces", found: scores.count)
    }
    for (token, score) in scores.enumerated() where !score.isFinite {
      throw .badPiece(token: token, expected: "a finite score", found: "\(score)")
    }
  }

  private func checkPieces() throws(VocabularyError) {
    for (token, piece) in pieces.enumerated() {
      guard piece.count <= Self.longestPiece else {
        throw .badPiece(
          token: token, expected: "a piece of at most \(Self.longestPiece) bytes", found: "\(piece.count) bytes")
      }
      guard kinds[token] != .byte || piece.count == 1 else {
        throw .badPiece(token: token, expected: "one byte in a byte's piece", found: quoted(piece))
      }
    }
  }

  private func checkSentencePiece() throws(VocabularyError) {
    guard merges.isEmpty else {
      throw .wrongCount(part: "merges", expected: "none beside scores", found: merges.count)
    }
    guard words == nil else {
      throw .notSupported(what: "SentencePiece vocabulary", expected: "no pattern of words", found: "one")
    }
    var isThere = [Bool](repeating: false, count: 256)
    for (token, kind) in kinds.enumerated() where kind == .byte { isThere[Int(pieces[token][0])] = true }
    guard let first = isThere.firstIndex(of: false) else { return }
    throw .noBytePiece(byte: UInt8(first), missing: isThere.count { !$0 })
  }

  private func checkByteLevel() throws(VocabularyError) {
    guard words != nil else {
      throw .notSupported(what: "byte-level vocabulary", expected: "a pattern of words", found: "none")
    }
    guard merges.count <= Int(Int32.max) else {
      throw .wrongCount(part: "merges", expected: "at most \(Int32.max)", found: merges.count)
    }
    for (index, merge) in merges.enumerated() {
      try check(merge.left, role: "merge \(index), left")
      try check(merge.right, role: "merge \(index), right")
    }
  }

  private func check(_ token: Int32, role: String) throws(VocabularyError) {
    guard pieces.indices.contains(Int(token)) else {
      throw .noToken(role: role, found: Int(token), count: pieces.count)
    }
  }
}
