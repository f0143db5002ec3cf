import Evaluation
import Testing

@Suite struct PairedTestTests {
  // `scipy.stats.binomtest(min(b, c), b + c, 0.5).pvalue`, SciPy 1.17.1.
  @Test(arguments: [
    (1, 0, 1.0), (5, 5, 1.0), (10, 3, 0.09228515625), (3, 10, 0.09228515625), (12, 2, 0.012939453125),
    (60, 100, 0.001953728034064355), (0, 9, 0.00390625), (500, 400, 0.0009564441369189373),
  ]) func theValueIsSciPys(_ onlyFirst: Int, _ onlySecond: Int, _ expected: Double) {
    let found = PairedTest(onlyFirst: onlyFirst, onlySecond: onlySecond).pValue
    // Logarithms of factorials of up to 900 carry 1e-16 of some 5,000 each.
    #expect(abs(found - expected) <= 1e-11 * expected)
  }

  @Test func withoutADifferenceChanceExplainsAll() {
    #expect(PairedTest(onlyFirst: 0, onlySecond: 0).pValue == 1)
  }

  // Would catch a sum that leaves a Double's range: 2^-20000 is none.
  @Test func manyImagesAreNoOverflow() {
    #expect(abs(PairedTest(onlyFirst: 10_000, onlySecond: 10_000).pValue - 1) < 1e-9)
    #expect(PairedTest(onlyFirst: 20_000, onlySecond: 0).pValue == 0)
  }
}
