import Catalog
import Findings
import Foundation
import Testing

@Suite struct LimitsTests {
  private let limits = Limits(
    accuracyDrop: 0.1, sizeRatio: 0.253, accuracyFloor: ["mnist": 98.2, "synthetic-digits": 95])

  private func figures(_ change: (inout Limits.Figures) -> Void) -> Limits.Figures {
    var figures = Limits.Figures(
      float32: 0.99, int8: 0.9895, float32Bytes: 1000, int8Bytes: 250, dataset: "mnist")
    change(&figures)
    return figures
  }

  private func broken(_ change: (inout Limits.Figures) -> Void) -> [String] {
    limits.broken(by: figures(change), scheme: "s")
  }

  @Test func figuresWithinAllLimitsBreakNone() { #expect(broken { _ in } == []) }

  // One image of 10 000 is a hundredth of a point. Would catch a comparison that 100 * (0.99 - 0.989), which is a
  // little more than 0.1 in double, fails at the limit itself.
  @Test func theDropMayReachItsLimit() {
    #expect(broken { $0.int8 = 0.9891 } == [])
    #expect(broken { $0.int8 = 0.989 } == [])
    #expect(broken { $0.int8 = 0.9889 } == ["s: accuracy drop 0.11 points, limit 0.1"])
    #expect(broken { $0.int8 = 0.995 } == [], "a gain is no drop")
  }

  @Test func aLimitOfZeroAllowsEqualAccuracies() {
    let strict = Limits(accuracyDrop: 0, sizeRatio: 1, accuracyFloor: ["mnist": 0])
    #expect(strict.broken(by: figures { $0.int8 = $0.float32 }, scheme: "s") == [])
    #expect(strict.broken(by: figures { $0.int8 = $0.float32 - 0.0001 }, scheme: "s").count == 1)
  }

  @Test func theRatioMayReachItsLimit() {
    #expect(broken { $0.int8Bytes = 252 } == [])
    #expect(broken { $0.int8Bytes = 253 } == [])
    #expect(broken { $0.int8Bytes = 254 } == ["s: size ratio 0.254, limit 0.253"])
  }

  @Test func theFloorMayBeReached() {
    #expect(
      broken {
        $0.float32 = 0.982
        $0.int8 = 0.982
      } == [])
    #expect(
      broken {
        $0.float32 = 0.9819
        $0.int8 = 0.9819
      } == ["s: int8 accuracy 98.19 % on mnist, limit 98.2 %"])
    #expect(
      broken {
        $0.dataset = "synthetic-digits"
        $0.float32 = 0.96
        $0.int8 = 0.96
      } == [], "each dataset has a floor of its own")
  }

  // Would catch a dataset without a floor that passes for good.
  @Test func anUnknownDatasetBreaksTheLimits() {
    #expect(
      broken { $0.dataset = "fashion" } == [
        "s: no accuracy_floor for dataset 'fashion'; add one to the limits"
      ])
  }

  // Would catch `drop > limit`, which NaN never is.
  @Test func whatIsNotANumberBreaksItsLimit() {
    #expect(broken { $0.int8 = .nan }.count == 2)
    #expect(broken { $0.float32 = .nan }.count == 1)
    #expect(broken { $0.int8Bytes = .nan }.count == 1)
    #expect(
      broken {
        $0.float32Bytes = 0
        $0.int8Bytes = 0
      }.count == 1)
    let none = Limits(accuracyDrop: .nan, sizeRatio: .nan, accuracyFloor: ["mnist": .nan])
    #expect(none.broken(by: figures { _ in }, scheme: "s").count == 3)
  }

  @Test func everyBrokenLimitIsTold() {
    let lines = broken {
      $0.int8 = 0.5
      $0.int8Bytes = 999
    }
    #expect(
      lines == [
        "s: accuracy drop 49.0 points, limit 0.1", "s: size ratio 0.999, limit 0.253",
        "s: int8 accuracy 50.0 % on mnist, limit 98.2 %",
      ])
  }

  @Test func limitsAreReadUnderTheirFilesKeys() throws {
    let text =
      #"{"accuracy_drop":0.1,"size_ratio":0.253,"accuracy_floor":{"mnist":98.2,"synthetic-digits":95}}"#
    #expect(try JSONDecoder().decode(Limits.self, from: Data(text.utf8)) == limits)
  }

  // MARK: - Figures from a catalog

  private let whole: [Catalog.Metric] = [
    .accuracy(.float32, 0.99), .accuracy(.int8, 0.98), .fileBytes(.float32, 1000), .fileBytes(.int8, 251),
    // A figure of one layer is not that of the network.
    .init("accuracy", model: .int8, layer: "conv1", value: 0.1, unit: "fraction"),
  ]

  // Would catch the oldest run, another scheme's, another pipeline's, or one that failed.
  @Test func figuresAreThoseOfTheNewestEvaluation() throws {
    let shelf = try Shelf()
    try shelf.run("evaluate", results: .init(metrics: [.accuracy(.int8, 0.1)]))
    try shelf.run("evaluate", results: .init(metrics: whole))
    try shelf.run("evaluate", scheme: "other", results: .init(metrics: [.accuracy(.int8, 0.2)]))
    try shelf.run("evaluate", pipeline: "other", results: .init(metrics: [.accuracy(.int8, 0.3)]))
    try shelf.run("evaluate", failing: true, results: .init(metrics: [.accuracy(.int8, 0.4)]))
    let figures = try Limits.Figures(pipeline: "digits", scheme: "s", catalog: shelf.catalog)
    #expect(
      figures == .init(float32: 0.99, int8: 0.98, float32Bytes: 1000, int8Bytes: 251, dataset: "mnist"))
  }

  @Test func aSchemeThatWasNeverEvaluatedIsNamed() throws {
    let shelf = try Shelf()
    try shelf.run("evaluate", failing: true)
    let expected = FindingsError.notEvaluated(pipeline: "digits", scheme: "s", catalog: shelf.catalog.path)
    #expect(throws: expected) { try Limits.Figures(pipeline: "digits", scheme: "s", catalog: shelf.catalog) }
    #expect(
      "\(FindingsError.notEvaluated(pipeline: "p", scheme: "s", catalog: "c"))"
        == "c: no succeeded evaluation of pipeline p, scheme s; run `make evaluate` first")
  }

  @Test(arguments: 0..<4) func aMissingFigureIsNamed(_ left: Int) throws {
    let shelf = try Shelf()
    var metrics = whole
    let missing = metrics.remove(at: left)
    let run = try shelf.run("evaluate", results: .init(metrics: metrics))
    let name = "\(missing.name) of \(missing.model?.rawValue ?? "")"
    #expect(throws: FindingsError.missingFigure(run: run, name)) {
      try Limits.Figures(pipeline: "digits", scheme: "s", catalog: shelf.catalog)
    }
    #expect(
      "\(FindingsError.missingFigure(run: 3, name))"
        == "run 3: expected a figure '\(name)', found none; evaluate again")
  }

  // The catalog keeps NaN as NULL. Would catch one that comes back as 0.
  @Test func aFigureThatIsNotANumberBreaksItsLimit() throws {
    let shelf = try Shelf()
    var metrics = whole
    metrics[1] = .accuracy(.int8, .nan)
    try shelf.run("evaluate", results: .init(metrics: metrics))
    let figures = try Limits.Figures(pipeline: "digits", scheme: "s", catalog: shelf.catalog)
    #expect(figures.int8.isNaN && limits.broken(by: figures, scheme: "s").count == 2)
  }
}
