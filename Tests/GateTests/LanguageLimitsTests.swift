import Catalog
import FindingsSupport
import Gate
import Testing

@Suite struct LanguageLimitsTests {
  private let limits = LanguageLimits(perplexityRatio: 1.004, klDivergence: 0.003, sameTop1: 0.97, sizeRatio: 0.3)

  /// The lines of the broken limits, and how many were held, of an evaluation that records the given figures.
  private func held(
    ratio: Double = 1.002, divergence: Double = 0.0017, same: Double = 0.9773, bytes: Int64 = 295
  ) throws -> (broken: [String], all: [String]) {
    let shelf = try Shelf()
    let run = try shelf.run(
      "evaluate-transformer",
      results: .init(metrics: .language(ratio: ratio, divergence: divergence, same: same, bytes: bytes)))
    let figures = try #require(try shelf.catalog.languageEvaluation(of: run))
    let verdicts = limits.verdicts(on: figures, scheme: "s")
    return (verdicts.filter { !$0.holds }.map(\.line), verdicts.map(\.limit))
  }

  @Test func thereIsAVerdictForEachLimit() throws {
    let (broken, all) = try held()
    #expect(broken == [] && all == ["perplexity_ratio", "kl_divergence", "same_top_1", "size_ratio"])
  }

  @Test func aLimitMayBeReachedAndNotPassed() throws {
    #expect(try held(ratio: 1.004, divergence: 0.003, same: 0.97, bytes: 300).broken == [])
    #expect(try held(ratio: 1.0041).broken == ["s: perplexity ratio 1.0041, limit 1.004, run 1"])
    #expect(try held(divergence: 0.003001).broken == ["s: KL divergence 0.003001 nats, limit 0.003, run 1"])
    #expect(try held(same: 0.9699).broken == ["s: same first choice 0.9699, limit 0.97, run 1"])
    #expect(try held(bytes: 301).broken == ["s: size ratio 0.301, limit 0.3, run 1"])
  }

  // Would catch `measured > limit`, which NaN never is, and a figure that was never measured and passes.
  @Test func whatIsNotANumberBreaksItsLimit() throws {
    #expect(try held(ratio: .nan, divergence: .nan, same: .nan).broken.count == 3)
    let shelf = try Shelf()
    let run = try shelf.run("evaluate-transformer", results: .init(metrics: [.init("images", value: 1, unit: "")]))
    let figures = try #require(try shelf.catalog.languageEvaluation(of: run))
    #expect(limits.verdicts(on: figures, scheme: "s").allSatisfy { !$0.holds })
  }

  @Test func theNewestEvaluationOfEachSchemeIsHeld() throws {
    let shelf = try Shelf()
    for (scheme, ratio) in [("s", 9.0), ("s", 1.001), ("other", 1.5)] {
      try shelf.run(
        "evaluate-transformer", scheme: scheme,
        results: .init(metrics: .language(ratio: ratio, divergence: 0.001, same: 0.99, bytes: 250)))
    }
    let report = try PipelineLimits.language(limits).report(
      pipeline: "digits", schemes: ["s", "other", "s"], catalog: shelf.catalog)
    #expect(report.lines() == ["digits: other: perplexity ratio 1.5, limit 1.004, run 3"])
    #expect(report.verdicts.count == 8)
    // A test case for each limit and scheme, one of them failed.
    let junit = report.junit()
    #expect(junit.components(separatedBy: "<testcase ").count == 9 && junit.contains("perplexity_ratio"))
    #expect(junit.components(separatedBy: "<failure ").count == 2)
  }
}
