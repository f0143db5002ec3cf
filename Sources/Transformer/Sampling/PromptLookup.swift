/// Guesses what a text goes on with from what it said before: what followed the last place where its end stood already
/// (prompt lookup, Saxena 2023).
public struct PromptLookup: Sendable {
  /// Tokens that are guessed, at most.
  public let most: Int
  /// Tokens of an end that is looked for: the longest first.
  private static let ends = [3, 2]

  /// Guesses of at most so many tokens; of 0 none.
  public init(most: Int) {
    precondition(most >= 0, "PromptLookup: \(most) tokens")
    self.most = most
  }

  /// The guess; empty where the end is new.
  public func guess(after tokens: [Int32], most: Int) -> [Int32] {
    let most = min(self.most, most)
    guard most > 0 else { return [] }
    for length in Self.ends where tokens.count > length {
      let end = tokens.suffix(length)
      for begin in stride(from: tokens.count - length - 1, through: 0, by: -1)
      where tokens[begin..<begin + length].elementsEqual(end) {
        return Array(tokens[(begin + length)...].prefix(most))
      }
    }
    return []
  }
}

/// Reads a text token by token, and with each token a guess at those that come next: where the guess holds, their logits are
/// there already, and the weights were read once for several tokens.
///
/// Logits do not depend on how a text is cut, so that they are, bit for bit, those of reading every token by itself: who
/// chooses by them, greedily or by draws, chooses the same.
public struct GuessingReader {
  private let engine: TransformerEngine
  private let cache: KeyValueCache
  private let lookup: PromptLookup
  /// What was guessed and read beyond the text, and the logits after each.
  private var guessed: ArraySlice<Int32> = []
  private var ahead: ArraySlice<[Float]> = []
  /// How often the engine read.
  public private(set) var readings = 0

  /// A reader that goes on where a cache is.
  public init(_ engine: TransformerEngine, _ cache: KeyValueCache, _ lookup: PromptLookup) {
    (self.engine, self.cache, self.lookup) = (engine, cache, lookup)
  }

  /// The logits of what may follow a text of which all but the last token have been read.
  /// - Precondition: the cache has room for the token.
  public mutating func logits(after tokens: [Int32]) -> [Float] {
    if let first = guessed.first, first == tokens.last, let logits = ahead.popFirst() {
      guessed.removeFirst()
      return logits
    }
    cache.truncate(to: tokens.count - 1)
    let guess = lookup.guess(after: tokens, most: cache.capacity - tokens.count)
    var all: [[Float]] = []
    engine.read(tokens.suffix(1) + guess, into: cache, afterEach: true) { all.append(Array($1)) }
    readings += 1
    (guessed, ahead) = (guess[...], all.dropFirst())
    return all[0]
  }
}
