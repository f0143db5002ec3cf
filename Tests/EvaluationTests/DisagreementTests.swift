import Classifying
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite struct DisagreementTests {
  private func classify(_ scores: [[Float]], _ labels: [UInt8]) -> Classification {
    Classification(of: FixedEngine.images(labels), by: FixedEngine(scores, capacity: 2), keepingGuesses: true)
  }

  // Would catch guesses of the wrong image, and images that both get wrong counted for one of them.
  @Test func disagreementsAreTheImagesThatDiffer() {
    let labels: [UInt8] = [0, 1, 1, 0, 1]
    let float32 = classify([[2, 1], [1, 2], [0, 3], [0, 1], [1, 0]], labels)
    let int8 = classify([[2, 1], [2, 1], [0, 4], [1, 0], [1, 0]], labels)
    let found = Disagreement.all(float32: float32, int8: int8, labels: labels)
    #expect(found.map(\.image) == [1, 3] && found.map(\.label) == [1, 0])
    #expect(found.map(\.isFloat32Right) == [true, false] && found.map(\.isInt8Right) == [false, true])
    #expect(found[0].float32.map(\.label) == [1, 0] && found[0].int8.map(\.label) == [0, 1])
    let share = Float((1 / (1 + exp(-1.0)) * 1e6).rounded() / 1e6)
    #expect(found[0].float32[0].probability == share && found[1].int8[0].probability == share)
  }
}
