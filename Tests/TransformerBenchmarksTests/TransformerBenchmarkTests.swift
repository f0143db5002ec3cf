import Kernels
import Tensors
import Testing
import Timing
import Transformer
import TransformerBenchmarks
import TransformerPasses

@Suite struct TransformerBenchmarkTests {
  private func weights(spoiled: Bool = false) throws -> TransformerWeights {
    let configuration = try TransformerConfiguration(
      hiddenSize: 24, intermediateSize: 37, layers: 1, heads: 4, keyValueHeads: 2, vocabularySize: 43,
      contextLength: 140, isTied: true)
    return TransformerWeights(configuration) { tensor in
      var random = SeededGenerator(seed: UInt64(tensor.name.count))
      return (0..<tensor.shape(configuration).count).map { _ in
        spoiled ? .nan : Float.random(in: -0.4...0.4, using: &random)
      }
    }
  }

  private var compute: Compute {
    get throws { Compute(kernels: try Kernels(InstructionSet.best), pool: ThreadPool(threads: 2)) }
  }

  private let cost = TokenCost(products: 1000, bytes: 4096)

  // Would catch a prompt beyond the context that is timed all the same, and work without a row.
  @Test func rowsAreThoseOfWhatFits() throws {
    let benchmark = TransformerBenchmark(try weights(), cost: cost, compute: try compute, passes: 1)
    try benchmark.verify(try weights())
    let rows = try benchmark.run(firstToken: {}, say: { _ in })
    #expect(rows.map(\.name) == ["first token", "prompt", "generation", "generation, a core busy"])
    #expect(rows.map(\.tokens) == [1, 128, 16, 16])
    #expect(rows.dropFirst().allSatisfy { ($0.percentOfCeiling ?? 0) > 0 && $0.rate > 0 && $0.best >= $0.rate })
    let report = TransformerBenchmarkReport(instructionSet: "x", threads: 2, cost: cost, rows: rows)
    #expect(report.record.benchmarks.map(\.unit) == [String](repeating: "tokens/s", count: 4))
    #expect(report.table(title: "t").rows.count == 4)
  }

  // Would catch a comparison that passes whatever the logits are: a NaN equals nothing.
  @Test func whatDiffersIsRefused() throws {
    let benchmark = TransformerBenchmark(try weights(), cost: cost, compute: try compute, passes: 1)
    #expect(throws: TransformerBenchmarkError.differs(InstructionSet.best.rawValue)) {
      try benchmark.verify(try weights(spoiled: true))
    }
  }

  @Test(arguments: ["", "prompt", "prompt 0", "prompt 133", "prompt x", "generate -1", "sing 4", "prompt 4 5"])
  func requestsThatAreNone(_ line: String) throws {
    let benchmark = TransformerBenchmark(try weights(), cost: cost, compute: try compute, passes: 1)
    #expect(throws: TransformerBenchmarkError.unknownRequest(line, most: 132)) { try benchmark.answer(line) }
    #expect(Double(try benchmark.answer("generate 2")).map { $0 > 0 } == true)
  }
}
