import Evaluation
import Testing

@Suite struct ConfidenceIntervalTests {
  // `scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson")`, SciPy 1.17.1.
  @Test(arguments: [
    (9850, 10000, 0.9824245640695634, 0.9872029575108804), (0, 10, 0.0, 0.27753279986288926),
    (10, 10, 0.7224672001371109, 1.0), (7, 10, 0.39677814746114526, 0.892208732593699),
    (1, 3, 0.06149194472039626, 0.7923403991979523),
  ]) func theIntervalIsSciPys(_ right: Int, _ count: Int, _ low: Double, _ high: Double) {
    let interval = ConfidenceInterval.wilson(share: Double(right) / Double(count), of: count)
    #expect(abs(interval.lowerBound - low) < 1e-14 && abs(interval.upperBound - high) < 1e-14)
  }

  @Test func whatWasNotCountedMayBeAnything() {
    #expect(ConfidenceInterval.wilson(share: 0, of: 0) == 0...1)
    #expect(ConfidenceInterval.wilson(share: .nan, of: 5) == 0...1)
  }
}
