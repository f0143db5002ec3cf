import SentencePieceFormat

extension Vocabulary {
  /// The vocabulary of a SentencePiece model's file, `tokenizer.model`: one of byte-pair encoding with pieces for bytes,
  /// which takes text as it stands. That is what Llama 2 has. Models that ask for more, another algorithm or text that
  /// is changed before it is cut, are refused, since their tokens would be others than those that a network was trained
  /// on.
  /// - Throws: `SentencePieceError` for bytes that are no such file; `VocabularyError`.
  public init(sentencePieceModel bytes: [UInt8]) throws {
    let model = try SentencePieceModel(bytes: bytes)
    try Self.checkSupport(of: model)
    var (pieces, kinds): ([[UInt8]], [Kind]) = ([], [])
    for (token, piece) in model.pieces.enumerated() {
      guard let type = UInt8(exactly: piece.type), let kind = Kind(rawValue: type) else {
        throw VocabularyError.badPiece(token: token, expected: "a type of 1 to 6", found: "\(piece.type)")
      }
      guard let bytes = SentencePieceAlphabet.bytes(of: piece.spelling, kind: kind) else {
        throw VocabularyError.badPiece(
          token: token, expected: "a byte's piece of the form <0x0A>", found: quoted(piece.spelling))
      }
      pieces.append(bytes)
      // Text has no blank once its blanks are spelt: SentencePiece never finds a piece that holds one.
      let isNeverFound = [.normal, .userDefined].contains(kind) && piece.spelling.contains(0x20)
      kinds.append(isNeverFound ? .unused : kind)
    }
    self.init(
      algorithm: .sentencePiece, pieces: pieces, kinds: kinds, scores: model.pieces.map(\.score),
      beginning: try Self.token(model.beginning, role: "beginning", of: pieces.count),
      ends: try Self.token(model.end, role: "end", of: pieces.count).map { [$0] } ?? [],
      addsBlank: model.normalizer.addsDummyPrefix)
    try check()
  }

  /// A token of the model's own words: below 0 is none.
  private static func token(_ token: Int, role: String, of count: Int) throws(VocabularyError) -> Int32? {
    guard token >= 0 else { return nil }
    guard token < count else { throw .noToken(role: role, found: token, count: count) }
    return Int32(token)
  }

  private static func checkSupport(of model: SentencePieceModel) throws(VocabularyError) {
    func require(_ holds: Bool, _ what: String, _ expected: String, _ found: String) throws(VocabularyError) {
      if !holds { throw .notSupported(what: "SentencePiece model: \(what)", expected: expected, found: found) }
    }
    let types = [1: "unigram", 2: "byte-pair encoding", 3: "words", 4: "characters"]
    try require(
      model.modelType == 2, "model_type", "2 (byte-pair encoding)",
      types[model.modelType].map { "\(model.modelType) (\($0))" } ?? "\(model.modelType)")
    try require(model.hasByteFallback, "byte_fallback", "true", "false: characters without a piece would be lost")
    try require(!model.treatsWhitespaceAsSuffix, "treat_whitespace_as_suffix", "false", "true")
    let normalizer = model.normalizer
    try require(
      normalizer.characterMapByteCount == 0, "normalizer \(quoted(normalizer.name.utf8))",
      "text taken as it stands (identity)", "a map of characters of \(normalizer.characterMapByteCount) bytes")
    try require(!normalizer.removesExtraWhitespaces, "remove_extra_whitespaces", "false", "true")
    try require(normalizer.escapesWhitespaces, "escape_whitespaces", "true", "false")
    try require(
      model.denormalizerByteCount == 0, "denormalizer", "none",
      "a map of characters of \(model.denormalizerByteCount) bytes")
  }
}
