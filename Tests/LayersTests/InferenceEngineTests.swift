import Layers
import Testing

@Suite struct InferenceEngineTests {
  // Would catch an index that counts from a slice's base, and the last of equals.
  @Test func argmaxIsTheFirstOfTheLargest() {
    #expect(argmax([1, 3, 3, 2]) == 1)
    #expect(argmax([-5, -1, -2]) == 1)
    let scores: [Float] = [9, 9, 1, 2, 7]
    #expect(argmax(scores[2..<5]) == 2)
    #expect(argmax([4]) == 0)
  }
}
