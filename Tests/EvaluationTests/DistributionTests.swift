import Evaluation
import Testing

@Suite struct DistributionTests {
  // Would catch the largest value falling out of the last bin, and bins that are not as wide as each other.
  @Test func valuesFallIntoTheirBins() throws {
    // 0, 1, ... 128 over 64 bins: two each, and the last end with the last two.
    let spread = try #require(Distribution((0...128).map(Float.init)))
    #expect(spread.low == 0 && spread.high == 128 && spread.counts.count == 64)
    #expect(spread.counts == [Int](repeating: 2, count: 63) + [3])
  }

  @Test func equalValuesLieInTheFirst() throws {
    let spread = try #require(Distribution([-3, -3]))
    #expect(spread.low == -3 && spread.high == -3 && spread.counts.first == 2 && spread.counts.reduce(0, +) == 2)
  }

  // high - low is no float32.
  @Test func theLargestNumbersHaveBins() throws {
    let largest = Float.greatestFiniteMagnitude
    let spread = try #require(Distribution([-largest, 0, largest]))
    #expect(spread.counts[0] == 1 && spread.counts[32] == 1 && spread.counts[63] == 1)
  }

  @Test(arguments: [[], [1, Float.nan], [.infinity], [-.infinity, 0]] as [[Float]])
  func whatHasNoEndsHasNoBins(_ values: [Float]) { #expect(Distribution(values) == nil) }
}
