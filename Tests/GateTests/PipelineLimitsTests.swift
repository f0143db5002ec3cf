import Catalog
import Findings
import FindingsSupport
import Foundation
import Gate
import Testing

@Suite struct PipelineLimitsTests {
  private let limits = Limits(
    accuracyDrop: 0.1, sizeRatio: 0.253, accuracyFloor: ["mnist": 98.2, "synthetic-digits": 95])

  @Test func aReportHoldsEverySchemeOnce() throws {
    let shelf = try Shelf()
    try shelf.run("evaluate", results: .init(metrics: .sample))
    try shelf.run("evaluate", scheme: "other", results: .init(metrics: .sample))
    let report = try PipelineLimits.images(limits).report(
      pipeline: "digits", schemes: ["s", "other", "s"], catalog: shelf.catalog)
    #expect(report.verdicts.map(\.scheme) == ["s", "s", "s", "other", "other", "other"])
    #expect(
      report.lines() == [
        "digits: s: accuracy drop 1.0 points, limit 0.1, run 1",
        "digits: s: int8 accuracy 98.0 % on mnist, limit 98.2 %, run 1",
        "digits: other: accuracy drop 1.0 points, limit 0.1, run 2",
        "digits: other: int8 accuracy 98.0 % on mnist, limit 98.2 %, run 2",
      ])
  }

  @Test func anotherPipelinesBaselineIsRefused() throws {
    let shelf = try Shelf()
    try shelf.run("evaluate", results: .init(metrics: .sample))
    let baseline = Baseline(pipeline: "letters", schemes: Baseline.sample.schemes)
    #expect(throws: FindingsError.otherPipeline(expected: "digits", found: "letters")) {
      try PipelineLimits.images(limits).report(
        pipeline: "digits", schemes: ["s"], against: baseline, catalog: shelf.catalog)
    }
    #expect(
      "\(FindingsError.otherPipeline(expected: "digits", found: "letters"))"
        == "expected a baseline of pipeline digits, found one of letters; make one with `make baseline`")
  }

  // MARK: - Which kind a file is of

  private func read(_ json: String) throws -> PipelineLimits {
    try JSONDecoder().decode(PipelineLimits.self, from: Data(json.utf8))
  }

  @Test func theKeysSayWhatIsPromised() throws {
    #expect(
      try read(#"{"accuracy_drop":0.1,"size_ratio":0.253,"accuracy_floor":{"mnist":98.2,"synthetic-digits":95}}"#)
        == .images(limits))
    #expect(
      try read(#"{"perplexity_ratio":1.004,"kl_divergence":0.003,"same_top_1":0.97,"size_ratio":0.3}"#)
        == .language(.init(perplexityRatio: 1.004, klDivergence: 0.003, sameTop1: 0.97, sizeRatio: 0.3)))
  }

  // Would catch a misspelt key that makes limits of a language model read as those of images, whose keys are then missed.
  @Test func oneKeyOfItsOwnMakesALanguageModels() throws {
    for key in ["perplexity_ratio", "kl_divergence", "same_top_1"] {
      do {
        _ = try read("{\"\(key)\":1}")
        Issue.record("\(key) alone was taken")
      } catch DecodingError.keyNotFound(let missing, _) {
        #expect(["perplexity_ratio", "kl_divergence"].contains(missing.stringValue))
      }
    }
  }

  @Test func whatIsWrittenIsWhatWasRead() throws {
    let text = #"{"kl_divergence":0.003,"perplexity_ratio":1.004,"same_top_1":0.97,"size_ratio":0.3}"#
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try String(decoding: encoder.encode(read(text)), as: UTF8.self) == text)
  }

  @Test func aLanguageModelHasNoBaseline() throws {
    let shelf = try Shelf()
    let limits = PipelineLimits.language(.init(perplexityRatio: 2, klDivergence: 1, sameTop1: 0, sizeRatio: 1))
    #expect(throws: FindingsError.languageBaseline(pipeline: "digits")) {
      try limits.report(pipeline: "digits", schemes: ["s"], against: .sample, catalog: shelf.catalog)
    }
    #expect(throws: FindingsError.notEvaluated(pipeline: "digits", scheme: "s", catalog: shelf.catalog.path)) {
      try limits.report(pipeline: "digits", schemes: ["s"], catalog: shelf.catalog)
    }
  }
}
