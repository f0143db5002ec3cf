import Kernels
import Timing
import Transformer
import TransformerPasses

/// How fast a language model reads prompts and makes tokens, beside what the machine can reach.
public struct TransformerBenchmark {
  private let engine: TransformerEngine
  private let cost: TokenCost
  private let compute: Compute
  private let stopwatch: Stopwatch

  /// Tokens of the prompts; those that a context does not hold are left out.
  private static let prompts = [128, 512]
  /// Tokens that are made in a pass, behind so many others.
  private static let (made, behind) = (16, 8)
  /// Tokens on which all is verified.
  private static let verified = 4

  /// - Parameters:
  ///   - passes: timed passes of each piece of work, an odd number.
  public init(_ weights: TransformerWeights, cost: TokenCost, compute: Compute, passes: Int) {
    engine = TransformerEngine(weights, compute: compute)
    (self.cost, self.compute) = (cost, compute)
    stopwatch = Stopwatch(passes: passes, leastSeconds: 0, mostSeconds: 120)
  }

  /// Compares the logits of a few tokens, read at once and one by one, with those of the scalar reference on one thread.
  /// - Throws: `TransformerBenchmarkError.differs`.
  public func verify(_ weights: TransformerWeights) throws {
    let reference = TransformerEngine(
      weights, compute: Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 1)))
    let tokens = tokens(Self.verified)
    let expected = reference.logits(after: tokens, into: reference.cache(capacity: tokens.count))
    guard engine.logits(after: tokens, into: engine.cache(capacity: tokens.count)) == expected else {
      throw TransformerBenchmarkError.differs(compute.kernels.instructionSet.rawValue)
    }
    let cache = engine.cache(capacity: tokens.count)
    var last: [Float] = []
    for token in tokens { last = engine.logits(after: [token], into: cache) }
    guard last == expected else { throw TransformerBenchmarkError.differs(compute.kernels.instructionSet.rawValue) }
  }

  /// Times prompts and generation, a pass of each in turn with the loops that they are measured by; then generation while
  /// another thread keeps a core busy.
  /// - Parameter firstToken: opens the file, which the system has in memory, and makes a token.
  public func run(
    firstToken: () throws -> Void, say: (String) -> Void
  ) throws -> [TransformerBenchmarkRow] {
    let first = try (0..<3).map { _ in try Stopwatch.seconds(firstToken) }
    let threads = compute.pool.threads
    let prompts = Self.prompts.filter { $0 <= engine.configuration.contextLength }
    let measures: [Ceilings.Measure] = [
      .loop(.wide, threads: threads),
      .copy(read: cost.bytes, written: 0, inPlace: true, shards: 8 * threads, threads: threads),
    ]
    let ceilings = try Ceilings(compute.kernels.instructionSet, for: measures)
    say("prompts, generation and what they are measured by")
    let timings = stopwatch.time(prompts.map(readPrompt) + [makeTokens(Self.made)] + measures.map(ceilings.work))
    let (loop, read) = (
      ceilings.rate(measures[0], timings[prompts.count + 1]), ceilings.rate(measures[1], timings[prompts.count + 2])
    )
    var rows = [TransformerBenchmarkRow("first token", tokens: 1, Timing(seconds: first))]
    rows += zip(prompts, timings).map { count, timing in
      TransformerBenchmarkRow(
        "prompt", tokens: count, timing,
        percentOfCeiling: 200 * Double(cost.products) * Double(count) / timing.median / loop)
    }
    func generation(_ name: String, _ timing: Timing) -> TransformerBenchmarkRow {
      TransformerBenchmarkRow(
        name, tokens: Self.made, timing,
        percentOfCeiling: 100 * Double(cost.bytes) * Double(Self.made) / timing.median / read)
    }
    rows.append(generation("generation", timings[prompts.count]))
    say("generation beside a busy core")
    let busy = BusyCore()
    rows.append(generation("generation, a core busy", stopwatch.time([makeTokens(Self.made)])[0]))
    busy.stop()
    return rows
  }

  /// Times a pass on request, so that another program can put its own between them: `prompt N`, reading N tokens at once,
  /// `generate N`, making N one by one. The answer is a number of seconds.
  /// - Throws: `TransformerBenchmarkError.unknownRequest`.
  public func answer(_ line: String) throws(TransformerBenchmarkError) -> String {
    let words = line.split(separator: " ")
    let most = engine.configuration.contextLength - Self.behind
    guard words.count == 2, let count = Int(words[1]), 1...most ~= count else {
      throw .unknownRequest(line, most: most)
    }
    switch words[0] {
    case "prompt": return "\(Stopwatch.seconds(readPrompt(count)))"
    case "generate": return "\(Stopwatch.seconds(makeTokens(count)))"
    default: throw .unknownRequest(line, most: most)
    }
  }

  private func tokens(_ count: Int) -> [Int32] {
    // Which ones is of no interest: all rows are read alike.
    (0..<count).map { Int32(($0 * 7 + 5) % engine.configuration.vocabularySize) }
  }

  private func readPrompt(_ count: Int) -> () -> Void {
    let (cache, tokens) = (engine.cache(capacity: count), tokens(count))
    return {
      cache.truncate(to: 0)
      _ = engine.logits(after: tokens, into: cache)
    }
  }

  private func makeTokens(_ count: Int) -> () -> Void {
    let cache = engine.cache(capacity: Self.behind + count)
    _ = engine.logits(after: tokens(Self.behind), into: cache)
    let next = tokens(count)
    return {
      cache.truncate(to: Self.behind)
      for token in next { _ = engine.logits(after: [token], into: cache) }
    }
  }
}
