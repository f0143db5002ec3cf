import Tables
import Testing

@Suite struct AccuracyDropTests {
  // Would catch a sign that is turned: a gain of int8 may not pass for a loss.
  @Test func aLossIsAboveZero() {
    let loss = AccuracyDrop(from: 0.75, to: 0.5)
    #expect(loss.fraction == 0.25 && loss.points == 25 && loss.roundedPoints == 25)
    #expect(loss.text == "+25.00 points" && loss.changeText == "-25.00 points")
    let gain = AccuracyDrop(from: 0.5, to: 0.75)
    #expect(gain.points == -25 && gain.text == "-25.00 points" && gain.changeText == "+25.00 points")
    let none = AccuracyDrop(from: 0.5, to: 0.5)
    #expect(none.points == 0 && none.text == "0.00 points" && none.changeText == "0.00 points")
  }

  // 100 * (0.99 - 0.989) is a little more than 0.1. Would catch a limit that breaks for no image, one that lets an image
  // of a million through, and NaN within any.
  @Test func aLimitIsMeantInImages() {
    let drop = AccuracyDrop(from: 0.99, to: 0.989)
    #expect(drop.points > 0.1 && drop.isWithin(points: 0.1))
    #expect(!AccuracyDrop(from: 0.99, to: 0.988999).isWithin(points: 0.1))
    #expect(AccuracyDrop(from: 0.9, to: 0.95).isWithin(points: 0) && drop.isWithin(points: .infinity))
    #expect(!AccuracyDrop(from: .nan, to: 0.9).isWithin(points: .infinity))
  }

  @Test func roundedPointsHaveFourDecimals() {
    #expect(AccuracyDrop(from: 0.99, to: 0.989).roundedPoints == 0.1)
    #expect(AccuracyDrop(from: 2.0 / 3, to: 0.5).roundedPoints == 16.6667)
    #expect(AccuracyDrop(from: .nan, to: 0.5).roundedPoints.isNaN)
  }
}
