import Tensors

extension Vocabulary {
  /// What the names of a vocabulary's tensors and metadata begin with in a file that holds a model too.
  public static let prefix = "tokenizer."

  private enum TensorName {
    static let pieces = prefix + "pieces"
    static let lengths = prefix + "lengths"
    static let kinds = prefix + "kinds"
    static let scores = prefix + "scores"
    static let merges = prefix + "merges"
    static let all = [pieces, lengths, kinds, scores, merges]
  }

  private enum Key {
    static let algorithm = prefix + "algorithm"
    static let words = prefix + "words"
    static let beginning = prefix + "beginning"
    static let ends = prefix + "ends"
    static let addsBlank = prefix + "adds_blank"
    static let all = [algorithm, words, beginning, ends, addsBlank]
  }

  /// The vocabulary's lists as tensors, to be kept beside a model's: `tokenizer.pieces` (u8, all bytes one after the
  /// other), `.lengths` (s32, of each piece), `.kinds` (u8), and where there are some `.scores` (f32) and `.merges` (s32,
  /// `[merges, 2]`).
  public var tensors: [String: Tensor] {
    let bytes = Array(pieces.joined())
    var tensors = [
      TensorName.pieces: Tensor([bytes.count], bytes),
      TensorName.lengths: Tensor([pieces.count], pieces.map { Int32($0.count) }),
      TensorName.kinds: Tensor([kinds.count], kinds.map(\.rawValue)),
    ]
    if !scores.isEmpty { tensors[TensorName.scores] = Tensor([scores.count], scores) }
    if !merges.isEmpty {
      tensors[TensorName.merges] = Tensor([merges.count, 2], merges.flatMap { [$0.left, $0.right] })
    }
    return tensors
  }

  /// What is no list, as metadata: `tokenizer.algorithm`, `.adds_blank` (`true`, `false`), `.ends` (`2,7`; empty for
  /// none), and where there is one `.words` and `.beginning`.
  public var metadata: [String: String] {
    var metadata = [
      Key.algorithm: algorithm.rawValue, Key.addsBlank: String(addsBlank),
      Key.ends: ends.map { String($0) }.joined(separator: ","),
    ]
    if let words { metadata[Key.words] = words.rawValue }
    if let beginning { metadata[Key.beginning] = String(beginning) }
    return metadata
  }

  /// The vocabulary among a file's tensors and metadata: what `tensors` and `metadata` wrote. Other names than those of a
  /// vocabulary are passed over.
  /// - Throws: `VocabularyError` for one that is missing, unknown, or not what it must be.
  public init(tensors: [String: Tensor], metadata: [String: String]) throws(VocabularyError) {
    for name in tensors.keys.sorted() where name.hasPrefix(Self.prefix) && !TensorName.all.contains(name) {
      throw .badTensor(name: name, expected: "one of \(TensorName.all.joined(separator: ", "))", found: "this name")
    }
    for key in metadata.keys.sorted() where key.hasPrefix(Self.prefix) && !Key.all.contains(key) {
      throw .badMetadata(key: key, expected: "one of \(Key.all.joined(separator: ", "))", found: "this key")
    }
    let lists = TokenizerTensors(tensors)
    guard let algorithm = try Self.value(metadata, Key.algorithm, of: Algorithm.self) else {
      throw .badMetadata(key: Key.algorithm, expected: Self.names(Algorithm.self), found: "none")
    }
    let pieces = try lists.pieces(TensorName.pieces, lengths: TensorName.lengths)
    self.init(
      algorithm: algorithm, pieces: pieces, kinds: try lists.kinds(TensorName.kinds),
      scores: try lists.scores(TensorName.scores), merges: try lists.merges(TensorName.merges),
      words: try Self.value(metadata, Key.words, of: WordPattern.self),
      beginning: try metadata[Key.beginning].map { text throws(VocabularyError) in
        try Self.token(text, key: Key.beginning)
      }, ends: try Self.ends(metadata), addsBlank: try Self.addsBlank(metadata))
    try check()
  }

  private static func names<Choice: RawRepresentable<String> & CaseIterable>(_ choice: Choice.Type) -> String {
    "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
  }

  private static func value<Choice: RawRepresentable<String> & CaseIterable>(
    _ metadata: [String: String], _ key: String, of choice: Choice.Type
  ) throws(VocabularyError) -> Choice? {
    guard let text = metadata[key] else { return nil }
    guard let value = Choice(rawValue: text) else {
      throw .badMetadata(key: key, expected: names(choice), found: quoted(text.utf8))
    }
    return value
  }

  private static func token(_ text: some StringProtocol, key: String) throws(VocabularyError) -> Int32 {
    guard let token = Int32(text), String(token) == text else {
      throw .badMetadata(key: key, expected: "a token's number", found: quoted(text.utf8))
    }
    return token
  }

  private static func ends(_ metadata: [String: String]) throws(VocabularyError) -> [Int32] {
    guard let text = metadata[Key.ends] else {
      throw .badMetadata(key: Key.ends, expected: "numbers of tokens with commas between", found: "none")
    }
    var ends: [Int32] = []
    if text.isEmpty { return ends }
    for number in text.split(separator: ",", omittingEmptySubsequences: false) {
      ends.append(try token(number, key: Key.ends))
    }
    return ends
  }

  private static func addsBlank(_ metadata: [String: String]) throws(VocabularyError) -> Bool {
    guard let value = metadata[Key.addsBlank].flatMap(Bool.init) else {
      throw .badMetadata(
        key: Key.addsBlank, expected: "true or false", found: metadata[Key.addsBlank].map { quoted($0.utf8) } ?? "none")
    }
    return value
  }
}

/// A vocabulary's tensors as lists, each held to its type and shape.
private struct TokenizerTensors {
  let tensors: [String: Tensor]

  init(_ tensors: [String: Tensor]) { self.tensors = tensors }

  func pieces(_ name: String, lengths lengthsName: String) throws(VocabularyError) -> [[UInt8]] {
    let lengths = try list(lengthsName, "s32", \.s32)
    let bytes = try list(name, "u8", \.u8)
    var pieces: [[UInt8]] = []
    var start = 0
    for (token, length) in lengths.enumerated() {
      guard (0...bytes.count - start).contains(Int(length)) else {
        throw .badPiece(
          token: token, expected: "a length within the \(bytes.count - start) bytes that are left", found: "\(length)")
      }
      pieces.append(Array(bytes[start..<start + Int(length)]))
      start += Int(length)
    }
    guard start == bytes.count else {
      throw .badTensor(name: name, expected: "\(start) bytes, the sum of all lengths", found: "\(bytes.count)")
    }
    return pieces
  }

  func kinds(_ name: String) throws(VocabularyError) -> [Vocabulary.Kind] {
    var kinds: [Vocabulary.Kind] = []
    for (token, value) in try list(name, "u8", \.u8).enumerated() {
      guard let kind = Vocabulary.Kind(rawValue: value) else {
        throw .badPiece(token: token, expected: "a kind of 1 to \(Vocabulary.Kind.allCases.count)", found: "\(value)")
      }
      kinds.append(kind)
    }
    return kinds
  }

  func scores(_ name: String) throws(VocabularyError) -> [Float] {
    tensors[name] == nil ? [] : try list(name, "f32", \.f32)
  }

  func merges(_ name: String) throws(VocabularyError) -> [Vocabulary.Merge] {
    guard let tensor = tensors[name] else { return [] }
    guard let tokens = tensor.s32, tensor.shape.rank == 2, tensor.shape[1] == 2 else {
      throw .badTensor(name: name, expected: "s32 [merges, 2]", found: "\(tensor.dtype) \(tensor.shape)")
    }
    return stride(from: 0, to: tokens.count, by: 2).map { Vocabulary.Merge(tokens[$0], tokens[$0 + 1]) }
  }

  private func list<Element>(
    _ name: String, _ type: String, _ elements: (Tensor) -> [Element]?
  ) throws(VocabularyError) -> [Element] {
    let expected = "\(type) of one side"
    guard let tensor = tensors[name] else { throw .badTensor(name: name, expected: expected, found: "none") }
    guard let list = elements(tensor), tensor.shape.rank == 1 else {
      throw .badTensor(name: name, expected: expected, found: "\(tensor.dtype) \(tensor.shape)")
    }
    return list
  }
}
