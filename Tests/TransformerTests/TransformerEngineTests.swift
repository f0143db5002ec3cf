import Kernels
import Tensors
import Testing
import Transformer

@Suite struct TransformerEngineTests {
  private func compute(_ set: InstructionSet = InstructionSet.best, threads: Int = 1) throws -> Compute {
    Compute(kernels: try Kernels(set), pool: ThreadPool(threads: threads))
  }

  // Would catch a wrong head for a query, a mask one position off, halves that turn in place of pairs, a norm left out.
  @Test(arguments: [(4, 4, true), (4, 2, false), (6, 2, true), (3, 1, false)])
  func logitsAreThoseOfTheFormulas(_ heads: Int, _ keyValueHeads: Int, _ isTied: Bool) throws {
    let network = try TinyNetwork(heads: heads, keyValueHeads: keyValueHeads, isTied: isTied)
    let tokens = network.tokens(40)
    let expected = network.reference(tokens)
    let found = logits(TransformerEngine(network.weights, compute: try compute()), tokens, chunk: 40)
    for (row, reference) in zip(found, expected) {
      // A hundred roundings of 6e-8 each, of sums of magnitude 10.
      for (a, b) in zip(row, reference) { #expect(abs(Double(a) - b) < 1e-4) }
    }
  }

  // Would catch a sum whose order depends on how many tokens come at once, on threads, or on the instruction set.
  @Test func logitsDependOnNothingButTokens() throws {
    let network = try TinyNetwork(headSize: 20)
    let tokens = network.tokens(290)
    let expected = logits(TransformerEngine(network.weights, compute: try compute(.scalar)), tokens, chunk: 290)
    for set in InstructionSet.available {
      for (chunk, threads) in [(1, 2), (3, 1), (32, 2), (131, 1), (290, 2)] {
        let found = logits(
          TransformerEngine(network.weights, compute: try compute(set, threads: threads)), tokens, chunk: chunk)
        #expect(found == expected, "\(set), chunks of \(chunk), \(threads) threads")
      }
    }
  }

  // Would catch a copy that shares memory, and one that loses a position.
  @Test func twoContinuationsOfOneCache() throws {
    let network = try TinyNetwork()
    let engine = TransformerEngine(network.weights, compute: try compute())
    let (start, left, right) = (network.tokens(21), network.tokens(9, seed: 1), network.tokens(9, seed: 2))
    let cache = engine.cache()
    engine.read(start, into: cache, afterEach: false) { _, _ in }
    let other = cache.copy()
    let (one, two) = (logits(engine, left, chunk: 9, cache: cache), logits(engine, right, chunk: 4, cache: other))
    #expect(one == Array(logits(engine, start + left, chunk: 30)[21...]))
    #expect(two == Array(logits(engine, start + right, chunk: 30)[21...]))
    cache.truncate(to: 21)
    #expect(logits(engine, right, chunk: 9, cache: cache) == two)
  }
}
