/// What the patterns tell characters apart by. A byte that is no UTF-8 is a sign.
private enum CharacterClass {
  case letter, number, blank, sign

  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x41...0x5A, 0x61...0x7A: self = .letter
    case 0x30...0x39: self = .number
    case 0x09...0x0D, 0x20: self = .blank
    case ..<0x80: self = .sign
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .number
      default: self = scalar.properties.isWhitespace ? .blank : .sign
      }
    }
  }
}

extension WordPattern {
  /// The words that a stretch of text is cut into, in order; together they are the stretch.
  package func words(in bytes: [UInt8], _ stretch: Range<Int>) -> [Range<Int>] {
    switch self {
    case .gpt2: return WordCutter(bytes, stretch).allWords()
    case .smollm:
      // Digits are cut out first, and the pattern sees what lies between as texts that end there.
      var words: [Range<Int>] = []
      var start = stretch.lowerBound
      for digit in WordCutter(bytes, stretch).numbers() {
        words += WordCutter(bytes, start..<digit.lowerBound).allWords()
        words.append(digit)
        start = digit.upperBound
      }
      return words + WordCutter(bytes, start..<stretch.upperBound).allWords()
    }
  }
}

/// GPT-2's pattern, `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, one word at a time.
private struct WordCutter {
  private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { Array($0.utf8) }

  private let bytes: [UInt8]
  private var index: Int
  private let end: Int

  init(_ bytes: [UInt8], _ stretch: Range<Int>) {
    self.bytes = bytes
    (index, end) = (stretch.lowerBound, stretch.upperBound)
  }

  /// All words from here on.
  func allWords() -> [Range<Int>] {
    var cutter = self
    var words: [Range<Int>] = []
    while let word = cutter.next() { words.append(word) }
    return words
  }

  /// Each character from here on that is a number.
  func numbers() -> [Range<Int>] {
    var numbers: [Range<Int>] = []
    var place = index
    while place < end {
      let (kind, byteCount) = character(at: place)
      if kind == .number { numbers.append(place..<place + byteCount) }
      place += byteCount
    }
    return numbers
  }

  /// What the character that begins at a byte is, and how many bytes it has.
  private func character(at index: Int) -> (kind: CharacterClass, byteCount: Int) {
    guard case .scalar(let scalar, let byteCount) = utf8Step(bytes, at: index, end: end) else { return (.sign, 1) }
    return (CharacterClass(scalar), byteCount)
  }

  /// The next word, nil at the stretch's end.
  private mutating func next() -> Range<Int>? {
    guard index < end else { return nil }
    let start = index
    index = contraction() ?? run()
    return start..<index
  }

  private func contraction() -> Int? {
    guard bytes[index] == UInt8(ascii: "'") else { return nil }
    return Self.contractions.first { bytes[index..<end].starts(with: $0) }.map { index + $0.count }
  }

  /// The end of characters of one class, one blank before them.
  private func run() -> Int {
    var place = index
    if bytes[place] == 0x20, place + 1 < end { place += 1 }
    let kind = character(at: place).kind
    if kind == .blank { return blanks() }
    while place < end {
      let (next, byteCount) = character(at: place)
      guard next == kind else { break }
      place += byteCount
    }
    return place
  }

  /// The end of blanks: all where the text ends with them, else all but the last, which belongs to what follows, unless
  /// it is the only one.
  private func blanks() -> Int {
    var (place, last) = (index, index)
    while place < end {
      let (kind, byteCount) = character(at: place)
      guard kind == .blank else { return last > index ? last : place }
      (last, place) = (place, place + byteCount)
    }
    return place
  }
}
