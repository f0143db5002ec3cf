import Kernels
import Testing
import Transformer

@Suite struct PromptLookupTests {
  // Would catch the first place taken for the last, a shorter end preferred, the end found where it stands itself.
  @Test(
    arguments: [
      ([], 4, []), ([1, 2, 3], 4, []), ([1, 2, 3, 1, 2], 4, [3, 1, 2]), ([1, 2, 3, 1, 2], 2, [3, 1]),
      ([7, 7, 7], 4, [7]), ([1, 2, 8, 1, 2, 9, 1, 2], 1, [9]), ([5, 1, 2, 8, 1, 2, 9, 5, 1, 2], 1, [8]),
      ([1, 2, 3, 1, 2], 0, []),
    ] as [([Int32], Int, [Int32])])
  func guessesAreWhatFollowed(_ tokens: [Int32], _ most: Int, _ guess: [Int32]) {
    #expect(PromptLookup(most: most).guess(after: tokens, most: 100) == guess)
    #expect(PromptLookup(most: 100).guess(after: tokens, most: most) == guess)
  }

  // Would catch a wrong guess that stays in the cache, logits of another place, a guess that never holds.
  @Test func logitsAreThoseOfReadingEachToken() throws {
    let network = try TinyNetwork()
    let compute = Compute(kernels: try Kernels(InstructionSet.best), pool: ThreadPool(threads: 2))
    let engine = TransformerEngine(network.weights, compute: compute)
    // A text that repeats, with surprises in it.
    let text =
      [3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 9, 6, 3, 4, 5, 6, 3, 4, 5, 6, 3, 4].map { Int32($0) } + network.tokens(20)
    let (first, second) = (engine.cache(capacity: text.count), engine.cache(capacity: text.count))
    var reader = GuessingReader(engine, second, PromptLookup(most: 4))
    for count in 1...text.count {
      let expected = engine.logits(after: [text[count - 1]], into: first)
      #expect(reader.logits(after: Array(text[..<count])) == expected, "after \(count)")
    }
    // By hand: guesses of 4 hold wholly or in part within the 22 tokens that repeat.
    #expect(reader.readings < text.count - 8 && reader.readings >= 20)
  }
}
