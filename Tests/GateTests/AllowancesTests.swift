import Findings
import Gate
import Testing

@Suite struct AllowancesTests {
  private let allowances = Allowances(accuracyDropPoints: 0.1, sizeGrowth: 1.02, speedRatioLoss: 0.5)

  private func broken(
    _ allowances: Allowances? = nil, scheme: String = "s", _ change: (inout Figures) -> Void
  ) -> [String] {
    var figures = Figures.sample
    change(&figures)
    return (allowances ?? self.allowances).verdicts(on: figures, scheme: scheme, against: .sample)
      .filter { !$0.holds }.map(\.line)
  }

  @Test func theBaselinesOwnFiguresBreakNothing() {
    #expect(broken { _ in } == [])
    #expect(broken(.init(accuracyDropPoints: 0, sizeGrowth: 1, speedRatioLoss: 0)) { _ in } == [])
    #expect(
      allowances.verdicts(on: .sample, scheme: "s", against: .sample).map(\.limit)
        == ["baseline.accuracy_drop_points", "baseline.size_growth", "baseline.speed_ratio_loss"])
  }

  // Would catch float32's accuracy taken for the baseline's, and rounding that breaks a limit which is just reached.
  @Test func accuracyIsHeldAgainstTheBaselinesInt8() {
    #expect(broken { $0.int8 = 0.9885 } == [])
    #expect(
      broken { $0.int8 = 0.9884 }
        == ["s: int8 accuracy drop against the baseline 0.11 points, limit 0.1, run 7"])
    #expect(broken { $0.int8 = 1 } == [], "a gain is no drop")
  }

  @Test func sizeIsHeldAgainstTheBaselinesInt8() {
    #expect(broken { $0.int8Bytes = 255 } == [])
    #expect(broken { $0.int8Bytes = 256 } == ["s: int8 size against the baseline 1.024 times, limit 1.02, run 7"])
  }

  @Test func speedIsHeldAsARatio() {
    #expect(broken { $0.speedRatio = 1.25 } == [])
    #expect(
      broken { $0.speedRatio = 1 } == [
        "s: speed ratio loss against the baseline 0.6 (int8 1.0 times as fast as float32, was 2.5), limit 0.5, run 7"
      ])
  }

  // Would catch a pass by figures of an easier dataset.
  @Test func anotherDatasetIsNoPass() {
    let first = "s: evaluated on "
    let last = ", the baseline on 10000 of mnist; evaluate on those, or run `make baseline`, run 7"
    #expect(
      broken { $0.dataset = "synthetic-digits" } == ["\(first)10000 images of synthetic-digits\(last)"])
    #expect(broken { $0.images = 200 } == ["\(first)200 images of mnist\(last)"])
  }

  @Test func aSchemeThatTheBaselineLacksIsNoPass() {
    #expect(
      broken(scheme: "t") { _ in } == [
        "t: no such scheme in the baseline; run `make baseline` with it among SCHEMES, run 7"
      ])
  }

  // Would catch `drop > limit`, which NaN never is.
  @Test func whatIsNotANumberBreaksItsLimit() {
    #expect(broken { $0.int8 = .nan }.count == 1)
    #expect(broken { $0.int8Bytes = .nan }.count == 1)
    #expect(broken { $0.speedRatio = .nan }.count == 1)
    #expect(broken { $0.images = .nan }.count == 1)
    #expect(broken(.init(accuracyDropPoints: .nan, sizeGrowth: .nan, speedRatioLoss: .nan)) { _ in }.count == 3)
  }
}
