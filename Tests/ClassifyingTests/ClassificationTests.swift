import Classifying
import TestSupport
import Testing

@Suite struct ClassificationTests {
  // Worked out by hand. Would catch rows and columns of the confusion exchanged.
  @Test func figuresAreThoseCountedByHand() {
    let result = Classification(predicted: [0, 1, 1, 2, 2, 2, 0], labels: [0, 1, 2, 2, 2, 0, 1], classes: 3)
    #expect(result.confusion == [[1, 0, 1], [1, 1, 0], [0, 1, 2]])
    #expect(result.accuracy == 4.0 / 7)
  }

  // Would catch a class kept in a byte, and a square of all outputs: labels are bytes, outputs may be many more.
  @Test(arguments: [(256, 256), (257, 3), (1000, 3)]) func outputsAboveTheLabelsAreColumns(_ classes: Int, _ rows: Int)
  {
    let result = Classification(predicted: [classes - 1, 0, 2, 2], labels: [0, 0, 2, 1], classes: classes)
    #expect(result.confusion.count == rows && result.confusion.allSatisfy { $0.count == classes })
    #expect(result.confusion[0][classes - 1] == 1 && result.confusion[1][2] == 1 && result.confusion[2][2] == 1)
    #expect(result.confusion.joined().reduce(0, +) == 4 && result.accuracy == 0.5)
  }

  @Test func theLastOfManyOutputsIsFound() {
    var scores = [Float](repeating: 0, count: 300)
    scores[299] = 1
    let result = Classification(of: FixedEngine.images([1]), by: FixedEngine([scores], capacity: 1))
    #expect(result.predicted == [299] && result.confusion[1][299] == 1)
  }

  @Test func agreementCountsRightAndWrongAlike() {
    let left = Classification(predicted: [0, 1, 2, 1], labels: [0, 0, 0, 0], classes: 3)
    let right = Classification(predicted: [0, 1, 1, 2], labels: [0, 0, 0, 0], classes: 3)
    #expect(left.sameClassShare(with: right) == 0.5 && left.sameClassShare(with: left) == 1)
  }

  @Test func anEmptySetIsNoDivisionByZero() {
    let none = Classification(predicted: [], labels: [], classes: 2)
    #expect(none.accuracy == 0 && none.sameClassShare(with: none) == 1 && none.confusion == [[0, 0], [0, 0]])
    let engine = FixedEngine([[0, 1]], capacity: 2)
    #expect(Classification(of: FixedEngine.images([]), by: engine).predicted == [])
  }

  // Would catch scores that are read from the wrong image in the second batch, a last batch that is left out, and a
  // tie that goes to the last class.
  @Test func everyImageIsClassifiedBatchByBatch() {
    let scores: [[Float]] = [[1, 2, 0], [5, 1, 1], [0, 0, 1], [2, 2, 1], [-3, -2, -1]]
    let engine = FixedEngine(scores, capacity: 2)
    var told: [[Int]] = []
    let result = Classification(of: FixedEngine.images([1, 0, 0, 1, 2]), by: engine) { told.append([$0, $1]) }
    #expect(result.predicted == [1, 0, 2, 0, 2])
    #expect(result.confusion == [[1, 0, 1], [1, 1, 0], [0, 0, 1]])
    #expect(engine.batches == [2, 2, 1] && told == [[2, 2], [4, 2], [5, 3]])
  }
}
