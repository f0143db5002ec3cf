import Kernels
import Testing
import Transformer
import TransformerPasses

@Suite struct SchemeLogitsTests {
  private static let schemes: [TransformerScheme] = [
    .init(weights: .perRow, activations: .perToken), .init(weights: .perTensor, activations: .perToken),
    .init(weights: .perRow, activations: .fixed), .init(weights: .perRow, activations: .none),
    .init(weights: .perRow, activations: .perToken, smoothing: 0.5),
    .init(weights: .perGroup, activations: .perGroup, group: 4),
    .init(weights: .perGroup, activations: .perGroup, group: 8),
    .init(weights: .perGroup, activations: .perGroup, group: 8, bits: 4),
    .init(weights: .perRow, activations: .perToken, keyValueCache: .int8),
    .init(weights: .perRow, activations: .perToken, outliers: 1),
    .init(weights: .perRow, activations: .fixed, outliers: 1),
    .init(weights: .perRow, activations: .perToken, rotation: .hadamard),
    .init(weights: .perTensor, activations: .none, rotation: .hadamard),
    .init(weights: .perGroup, activations: .perGroup, group: 8, rotation: .hadamard),
    .init(weights: .perRow, activations: .perToken, keyValueCache: .int8, rotation: .hadamard),
  ]

  // Would catch integers that depend on the set, on threads, or on how many tokens come at once.
  @Test(arguments: schemes)
  func logitsDependOnNothingButTokens(_ scheme: TransformerScheme) throws {
    let small = try SmallModel(inner: scheme.group == nil ? 37 : 40)
    let (converted, _) = try small.converted(scheme)
    let tokens = (0..<50).map { Int32($0 * 17 % 43) }
    func logits(_ set: InstructionSet, threads: Int, chunk: Int) throws -> [[Float]] {
      let engine = TransformerEngine(
        try converted.weights(), compute: Compute(kernels: try Kernels(set), pool: ThreadPool(threads: threads)))
      let cache = engine.cache()
      var all: [[Float]] = []
      for begin in stride(from: 0, to: 50, by: chunk) {
        engine.read(tokens[begin..<min(begin + chunk, 50)], into: cache, afterEach: true) { all.append(Array($1)) }
      }
      return all
    }
    let expected = try logits(.scalar, threads: 1, chunk: 50)
    for set in InstructionSet.available {
      for chunk in [1, 3, 32, 50] { #expect(try logits(set, threads: 2, chunk: chunk) == expected) }
    }
    let float = TransformerEngine(try small.checkpoint.weights(), compute: small.compute)
    var (noise, signal) = (Float(0), Float(0))
    float.read(tokens, into: float.cache(), afterEach: true) { index, row in
      for (a, b) in zip(row, expected[index]) { (noise, signal) = (noise + (a - b) * (a - b), signal + a * a) }
    }
    // Eight bits leave some 40 dB of each product, four some 20; what many of them add up to is far from a tenth of the
    // signal, and from the whole.
    #expect(noise > 0 && noise < (scheme.bits == 4 ? 0.3 : 0.01) * signal)
  }
}
