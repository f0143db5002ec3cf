import Testing
import TransformerEvaluation

@Suite struct MassiveActivationTests {
  private func found(_ largest: [Float]) -> [MassiveActivation] { MassiveActivation.found(in: largest, of: .down(1)) }

  // Of five channels the third by size is the median.
  @Test func aChannelOfOverAHundredTimesTheMedianIsMassive() {
    #expect(
      found([1, 300, 2, 3, 301]) == [
        .init(tensor: .down(1), channel: 4, magnitude: 301, median: 3)
      ])
    #expect(found([1, 300, 2, 3, 300]) == [], "a hundred times is not over it")
  }

  @Test func ofAnEvenNumberTheMedianIsBetweenTheMiddleTwo() {
    // Median 2.5: 250 is not over it, 251 is.
    #expect(found([1, 2, 3, 250]) == [])
    #expect(found([1, 2, 3, 251]).map(\.median) == [2.5])
  }

  // Would catch a division by zero that makes every live channel massive.
  @Test func besideDeadChannelsNoneIsMassive() {
    #expect(found([0, 0, 0, 1000]) == [])
    #expect(found([]) == [])
  }

  @Test func severalComeInOrder() {
    #expect(found([900, 1, 1, 1, 1, 1, 500]).map(\.channel) == [0, 6])
  }
}
