import Catalog
import Findings
import FindingsSupport
import Gate
import Testing

@Suite struct FiguresTests {
  // Would catch the oldest run, another scheme's, another pipeline's, or one that failed.
  @Test func figuresAreThoseOfTheNewestEvaluation() throws {
    let shelf = try Shelf()
    try shelf.run("evaluate", results: .init(metrics: [.accuracy(.int8, 0.1)]))
    try shelf.run("evaluate", results: .init(metrics: .sample))
    try shelf.run("evaluate", scheme: "other", results: .init(metrics: [.accuracy(.int8, 0.2)]))
    try shelf.run("evaluate", pipeline: "other", results: .init(metrics: [.accuracy(.int8, 0.3)]))
    try shelf.run("evaluate", failing: true, results: .init(metrics: [.accuracy(.int8, 0.4)]))
    let figures = try Figures(pipeline: "digits", scheme: "s", catalog: shelf.catalog)
    #expect(
      figures
        == .init(
          float32: 0.99, int8: 0.98, float32Bytes: 1000, int8Bytes: 251, images: 10_000, speedRatio: 2.5,
          dataset: "mnist", run: 2))
  }

  @Test func aSchemeThatWasNeverEvaluatedIsNamed() throws {
    let shelf = try Shelf()
    try shelf.run("evaluate", failing: true)
    let expected = FindingsError.notEvaluated(pipeline: "digits", scheme: "s", catalog: shelf.catalog.path)
    #expect(throws: expected) { try Figures(pipeline: "digits", scheme: "s", catalog: shelf.catalog) }
    #expect(
      "\(FindingsError.notEvaluated(pipeline: "p", scheme: "s", catalog: "c"))"
        == "c: no succeeded evaluation of pipeline p, scheme s; run `make evaluate` first")
  }

  @Test(arguments: 0..<7) func aMissingFigureIsNamed(_ left: Int) throws {
    let shelf = try Shelf()
    var metrics: [Catalog.Metric] = .sample
    let missing = metrics.remove(at: left)
    let run = try shelf.run("evaluate", results: .init(metrics: metrics))
    let name = missing.name + (missing.model.map { " of \($0.rawValue)" } ?? "")
    #expect(throws: FindingsError.missingFigure(run: run, name)) {
      try Figures(pipeline: "digits", scheme: "s", catalog: shelf.catalog)
    }
    #expect(
      "\(FindingsError.missingFigure(run: 3, name))"
        == "run 3: expected a figure '\(name)', found none; evaluate again")
  }
}
