import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

@Suite struct FloatDropoutTests {
  private let network = Network(1, 20, 30, [.dropout(Dropout(probability: 0.25)), .flatten, .linear(Linear(out: 2))])

  @Test func withoutTrainingNothingHappens() throws {
    try expectForward(network, count: 3, Compute(threads: 2))
  }

  // With a weight of ones and no bias, the gradient of the weight is what was dropped: the input times its factor, times
  // the gradient by the score. Would catch values that are kept but not scaled, and a mask that is the same for each
  // image or each batch.
  @Test func aQuarterOfTheValuesIsLeftOutAndTheOthersAreScaled() throws {
    let model = try FloatModel(random: network)
    func factors(seed: UInt64, batches: Int, threads: Int) throws -> [[Float]] {
      let engine = try FloatEngine(
        model, capacity: 9, forTraining: true, seed: seed, compute: Compute(threads: threads))
      return (0..<batches).map { _ in
        engine.train([Float](repeating: 1, count: 9 * 600), labels: [UInt8](repeating: 0, count: 9))
        return engine.values(of: "l0", count: 9)
      }
    }
    let batches = try factors(seed: 3, batches: 2, threads: 1)
    #expect(try factors(seed: 3, batches: 2, threads: 2) == batches)
    #expect(try factors(seed: 4, batches: 1, threads: 1)[0] != batches[0])
    #expect(batches[0] != batches[1] && batches[0].prefix(600) != batches[0].dropFirst(600).prefix(600))
    for values in batches {
      #expect(Set(values) == [0, 1 / 0.75])
      // 5,400 draws: five standard deviations are 0.03.
      let share = Double(values.count { $0 == 0 }) / Double(values.count)
      #expect(abs(share - 0.25) < 0.03)
    }
  }
}
