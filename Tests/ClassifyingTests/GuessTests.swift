import Classifying
import Foundation
import Testing

@Suite struct GuessTests {
  // softmax([1, 3, 2]) by hand: e^-2, 1, e^-1 over their sum. Would catch a softmax of the three alone that are kept.
  @Test func theLikeliestComeFirst() {
    let scores: [Float] = [9, 1, 3, 2, -4]
    let guesses = Guess.top(of: scores[1...])
    let total = exp(-2.0) + 1 + exp(-1.0) + exp(-7.0)
    #expect(guesses.map(\.label) == [1, 2, 0])
    for (guess, part) in zip(guesses, [1, exp(-1.0), exp(-2.0)]) {
      // Rounded to a millionth.
      #expect(abs(Double(guess.probability) - part / total) <= 0.51e-6)
    }
  }

  @Test func ofEqualsTheLowerClassComesFirst() {
    #expect(Guess.top(of: [2, 5, 5][...]).map(\.label) == [1, 2, 0])
  }

  // exp(1000) is no Double.
  @Test func largeScoresAreNoOverflow() {
    #expect(Guess.top(of: [1000, 0][...]) == [Guess(label: 0, probability: 1), Guess(label: 1, probability: 0)])
  }

  // Would catch a class kept in a byte.
  @Test func everyOutputIsAClass() {
    #expect(Guess.top(of: (0..<300).map(Float.init)[...]).map(\.label) == [299, 298, 297])
    #expect(Guess.top(of: []).isEmpty)
  }
}
