// llama2.c's tokenizer.bin, little-endian: the longest piece's bytes as u32, then for each token its score as f32, its
// piece's bytes as i32, and the piece. It says neither how many tokens there are nor what they are for: that is a rule of
// the program that reads it. Token 0 is what is unknown, 1 begins a text, 2 ends it, and 3 to 258 are the 256 bytes;
// 1 and 2 have a newline at both ends. (Format: github.com/karpathy/llama2.c, tokenizer.py and run.c.)

extension Vocabulary {
  private static let firstByte = 3
  private static let fewestTokens = firstByte + 256
  private static let newline: UInt8 = 0x0A

  /// The vocabulary in the bytes of a tokenizer.bin.
  /// - Parameter count: how many tokens the model has, which the file does not say.
  /// - Throws: `VocabularyError`, also where the file does not end with the last token.
  public init(tokenizerBin bytes: [UInt8], count: Int) throws(VocabularyError) {
    guard count >= Self.fewestTokens else {
      throw .wrongCount(
        part: "tokens of a tokenizer.bin", expected: "at least \(Self.fewestTokens)", found: count)
    }
    guard let needed = Self.fewestBytes(count), needed <= bytes.count else {
      throw .wrongSize(tokens: count, expected: "more bytes", found: bytes.count)
    }
    var reader = BinReader(bytes: bytes, count: count)
    try reader.readAll()
    var kinds = [Kind](repeating: .normal, count: count)
    (kinds[0], kinds[1], kinds[2]) = (.unknown, .control, .control)
    for byte in UInt8.min...UInt8.max {
      let token = Self.firstByte + Int(byte)
      let expected = SentencePieceAlphabet.text(of: byte)
      guard reader.pieces[token] == expected else {
        throw .badPiece(token: token, expected: quoted(expected), found: quoted(reader.pieces[token]))
      }
      reader.pieces[token] = [byte]
      kinds[token] = .byte
    }
    for token in 1...2 { reader.pieces[token] = Self.withoutNewlines(reader.pieces[token]) }
    self.init(
      algorithm: .sentencePiece, pieces: reader.pieces, kinds: kinds, scores: reader.scores, beginning: 1, ends: [2],
      addsBlank: true)
    try check()
  }

  /// The bytes of a tokenizer.bin that says this vocabulary: one that has its tokens as that file must.
  /// - Throws: `VocabularyError` for another.
  public func tokenizerBin() throws(VocabularyError) -> [UInt8] {
    try check()
    try checkBinForm()
    let written = pieces.indices.map { token in
      switch token {
      case 1, 2: [Self.newline] + pieces[token] + [Self.newline]
      case Self.firstByte..<Self.fewestTokens: SentencePieceAlphabet.text(of: pieces[token][0])
      default: pieces[token]
      }
    }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(written.map(\.count).max() ?? 0))
    for (token, piece) in written.enumerated() {
      bytes.append(littleEndian: scores[token].bitPattern)
      bytes.append(littleEndian: UInt32(piece.count))
      bytes += piece
    }
    return bytes
  }

  private func checkBinForm() throws(VocabularyError) {
    func require(_ holds: Bool, _ expected: String, _ found: String) throws(VocabularyError) {
      if !holds { throw .notSupported(what: "tokenizer.bin", expected: expected, found: found) }
    }
    try require(algorithm == .sentencePiece, "a vocabulary of \(Algorithm.sentencePiece.rawValue)", algorithm.rawValue)
    try require(addsBlank, "a blank before each text", "none")
    try require(pieces.count >= Self.fewestTokens, "at least \(Self.fewestTokens) tokens", "\(pieces.count)")
    try require(beginning == 1, "token 1 as beginning", beginning.map { "\($0)" } ?? "none")
    try require(ends == [2], "token 2 as the only end", "\(ends.prefix(4))")
    for byte in UInt8.min...UInt8.max {
      let token = Self.firstByte + Int(byte)
      guard kinds[token] == .byte, pieces[token] == [byte] else {
        throw .badPiece(token: token, expected: "the piece of byte \(hexadecimal(byte))", found: quoted(pieces[token]))
      }
    }
    // Whoever reads the file takes all others as text.
    for (token, kind) in kinds.enumerated() where token > 2 && (kind == .byte) != (token < Self.fewestTokens) {
      throw .badPiece(token: token, expected: "a piece of text", found: "another of byte \(quoted(pieces[token]))")
    }
    for (token, kind) in kinds.enumerated() where token >= Self.fewestTokens && kind != .normal {
      throw .badPiece(token: token, expected: "a piece of text", found: "\(quoted(pieces[token])), \(kind)")
    }
  }

  /// The bytes that so many tokens have at least, nil for more than can be counted.
  private static func fewestBytes(_ count: Int) -> Int? {
    let (bytes, overflows) = count.multipliedReportingOverflow(by: 8)
    return overflows || bytes > Int.max - 4 ? nil : bytes + 4
  }

  private static func withoutNewlines(_ piece: [UInt8]) -> [UInt8] {
    guard piece.count > 2, piece.first == newline, piece.last == newline else { return piece }
    return Array(piece.dropFirst().dropLast())
  }
}

/// Reads tokens one after the other, and believes no length.
private struct BinReader {
  let bytes: [UInt8]
  let count: Int
  var pieces: [[UInt8]] = []
  var scores: [Float] = []

  init(bytes: [UInt8], count: Int) { (self.bytes, self.count) = (bytes, count) }

  mutating func readAll() throws(VocabularyError) {
    let longest = Int(number(at: 0))
    var offset = 4
    for token in 0..<count {
      guard bytes.count - offset >= 8 else {
        throw .wrongSize(tokens: count, expected: "more bytes", found: bytes.count)
      }
      let length = Int(Int32(bitPattern: number(at: offset + 4)))
      guard (0...longest).contains(length) else {
        throw .badLength(
          token: token, offset: offset + 4, expected: "of at most \(longest), which the file says is the longest",
          found: length)
      }
      guard length <= bytes.count - offset - 8 else {
        throw .wrongSize(tokens: count, expected: "more bytes", found: bytes.count)
      }
      scores.append(Float(bitPattern: number(at: offset)))
      pieces.append(Array(bytes[offset + 8..<offset + 8 + length]))
      offset += 8 + length
    }
    guard offset == bytes.count else {
      throw .wrongSize(tokens: count, expected: "an end at byte \(offset)", found: bytes.count)
    }
  }

  private func number(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian number: UInt32) {
    for shift in [0, 8, 16, 24] as [UInt32] { append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
