import Catalog
import Findings
import FindingsSupport
import Foundation
import Gate
import Testing

@Suite struct LimitsTests {
  private let limits = Limits(
    accuracyDrop: 0.1, sizeRatio: 0.253, accuracyFloor: ["mnist": 98.2, "synthetic-digits": 95])

  private func figures(_ change: (inout Figures) -> Void) -> Figures {
    var figures = Figures.sample
    change(&figures)
    return figures
  }

  private func broken(_ limits: Limits? = nil, _ change: (inout Figures) -> Void) -> [String] {
    (limits ?? self.limits).verdicts(on: figures(change), scheme: "s").filter { !$0.holds }.map(\.line)
  }

  @Test func thereIsAVerdictForEachLimit() {
    let limits = limits.verdicts(on: .sample, scheme: "s").map(\.limit)
    #expect(limits == ["accuracy_drop", "size_ratio", "accuracy_floor"])
  }

  @Test func figuresWithinAllLimitsBreakNone() { #expect(broken { _ in } == []) }

  // One image of 10 000 is a hundredth of a point. Would catch a comparison that 100 * (0.99 - 0.989), which is a
  // little more than 0.1 in double, fails at the limit itself.
  @Test func theDropMayReachItsLimit() {
    #expect(broken { $0.int8 = 0.9891 } == [])
    #expect(broken { $0.int8 = 0.989 } == [])
    #expect(broken { $0.int8 = 0.9889 } == ["s: accuracy drop 0.11 points, limit 0.1, run 7"])
    #expect(broken { $0.int8 = 0.995 } == [], "a gain is no drop")
  }

  @Test func aLimitOfZeroAllowsEqualAccuracies() {
    let strict = Limits(accuracyDrop: 0, sizeRatio: 1, accuracyFloor: ["mnist": 0])
    #expect(broken(strict) { $0.int8 = $0.float32 } == [])
    #expect(broken(strict) { $0.int8 = $0.float32 - 0.0001 }.count == 1)
  }

  @Test func theRatioMayReachItsLimit() {
    #expect(broken { $0.int8Bytes = 252 } == [])
    #expect(broken { $0.int8Bytes = 253 } == [])
    #expect(broken { $0.int8Bytes = 254 } == ["s: size ratio 0.254, limit 0.253, run 7"])
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
      } == ["s: int8 accuracy 98.19 % on mnist, limit 98.2 %, run 7"])
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
        "s: no accuracy_floor for dataset 'fashion'; add one to the limits, run 7"
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
    #expect(broken(none) { _ in }.count == 3)
  }

  @Test func everyBrokenLimitIsTold() {
    let lines = broken {
      $0.int8 = 0.5
      $0.int8Bytes = 999
    }
    #expect(
      lines == [
        "s: accuracy drop 49.0 points, limit 0.1, run 7", "s: size ratio 0.999, limit 0.253, run 7",
        "s: int8 accuracy 50.0 % on mnist, limit 98.2 %, run 7",
      ])
  }

  @Test func limitsAreReadUnderTheirFilesKeys() throws {
    let text =
      #"{"accuracy_drop":0.1,"size_ratio":0.253,"accuracy_floor":{"mnist":98.2,"synthetic-digits":95}}"#
    #expect(try JSONDecoder().decode(Limits.self, from: Data(text.utf8)) == limits)
  }

  // Would catch a baseline that is there, that limits say nothing of, and that hence passes for good.
  @Test func aBaselineWithoutAllowancesBreaksTheLimits() {
    let lines = limits.verdicts(on: .sample, scheme: "s", against: .sample).filter { !$0.holds }.map(\.line)
    #expect(lines == ["s: there is a baseline and no 'baseline' in the limits; add one, run 7"])
  }

  // The catalog keeps NaN as NULL. Would catch one that comes back as 0.
  @Test func aFigureThatIsNotANumberBreaksItsLimit() throws {
    let shelf = try Shelf()
    var metrics: [Catalog.Metric] = .sample
    metrics[1] = .accuracy(.int8, .nan)
    try shelf.run("evaluate", results: .init(metrics: metrics))
    let figures = try Figures(pipeline: "digits", scheme: "s", catalog: shelf.catalog)
    #expect(figures.int8.isNaN && limits.verdicts(on: figures, scheme: "s").count { !$0.holds } == 2)
  }
}
