import Foundation
import Kernels
import Networks
import TestSupport
import Tensors
import Testing
import Training

@Suite struct AugmentationTests {
  /// One image of 2 x 3 x 4, every value its own and none 0.
  private let image = (1...24).map(Float.init)

  private func varied(_ augmentation: Augmentation, index: Int, epoch: Int = 1, seed: UInt64 = 3) -> [Float] {
    let draws = Augmentation.draws(seed: seed, epoch: epoch)
    return augmentation.apply(to: image, of: [2, 3, 4], at: [index], draws: draws)
  }

  /// The image moved and reflected as a person would say it: (channel, row, column) by (channel, row, column).
  private func moved(down: Int, right: Int, isFlipped: Bool) -> [Float] {
    (0..<24).map { place in
      let (channel, y, x) = (place / 12, place / 4 % 3 - down, place % 4 - right)
      guard (0..<3).contains(y), (0..<4).contains(x) else { return 0 }
      return image[channel * 12 + y * 4 + (isFlipped ? 3 - x : x)]
    }
  }

  // Would catch a step that never happens, one past the shift, channels that move apart, rows that wrap around and a
  // reflection that is none.
  @Test(arguments: [false, true]) func everyStepHappensAndNoOther(_ flip: Bool) {
    let flips = flip ? [false, true] : [false]
    let steps = [-1, 0, 1]
    let all = Set(
      steps.flatMap { down in
        steps.flatMap { right in flips.map { moved(down: down, right: right, isFlipped: $0) } }
      })
    let found = Set((0..<400).map { varied(Augmentation(shift: 1, flip: flip), index: $0) })
    #expect(found == all && all.count == (flip ? 18 : 9))
  }

  // 2,000 draws of nine steps: each within five standard deviations of 222.2, sqrt(2000 * 1/9 * 8/9) = 14.05.
  @Test func everyStepIsAsLikely() {
    var counts: [[Float]: Int] = [:]
    for index in 0..<2000 { counts[varied(Augmentation(shift: 1), index: index), default: 0] += 1 }
    #expect(counts.count == 9 && counts.values.allSatisfy { abs(Double($0) - 222.2) < 5 * 14.05 })
  }

  @Test func nothingIsTheImageItself() { #expect(varied(Augmentation(), index: 7) == image) }

  // Would catch draws that hang on the place in a batch: another batch size would be another training.
  @Test func anImageIsVariedByItsPlaceInTheTrainingSet() {
    let augmentation = Augmentation(shift: 2, flip: true)
    let draws = Augmentation.draws(seed: 3, epoch: 1)
    let both = augmentation.apply(to: image + image, of: [2, 3, 4], at: [9, 4], draws: draws)
    #expect(Array(both[..<24]) == varied(augmentation, index: 9))
    #expect(Array(both[24...]) == varied(augmentation, index: 4))
    let epochs = Set((1...20).map { varied(augmentation, index: 9, epoch: $0) })
    let seeds = Set((1...20).map { varied(augmentation, index: 9, seed: $0) })
    #expect(epochs.count > 5 && seeds.count > 5)
  }

  @Test func absentKeysDoNothing() throws {
    func decode(_ text: String) throws -> Augmentation {
      try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8))
    }
    #expect(try decode("{}") == Augmentation())
    #expect(try decode(#"{"shift": 2}"#) == Augmentation(shift: 2))
    #expect(try decode(#"{"flip": true}"#) == Augmentation(shift: 0, flip: true))
  }

  @Test(arguments: [-1, 4, Int.max]) func aShiftThatLeavesNothingIsNamed(_ shift: Int) {
    var plan = TrainingPlan(epochs: 1, batchSize: 1, learningRate: 1, seed: 0)
    plan.augment = Augmentation(shift: shift)
    let input = ImageShape(channels: 1, height: 5, width: 4)
    #expect(
      line { try plan.validate(for: input) }
        == "augment.shift: expected 0 to 3, less than the images' side, found \(shift)")
  }

  // Would catch draws that threads may change, and an augmentation that training never asks.
  @Test func trainingIsTheSameOnAnyThreads() throws {
    let network = Network(1, 6, 6, [.flatten, .linear(Linear(out: 3))])
    var random = SeededGenerator(seed: 8)
    let images = ImageSet(
      shape: [1, 6, 6], pixels: random.integers(36 * 40, 0...255 as ClosedRange<UInt8>),
      labels: (0..<40).map { UInt8($0 % 3) })
    var plan = TrainingPlan(epochs: 2, batchSize: 16, learningRate: 0.01, seed: 4)
    let plain = try Trainer(network, plan: plan, compute: Compute()).train(on: images)
    plan.augment = Augmentation(shift: 1, flip: true)
    let models = try Compute.all().map { try Trainer(network, plan: plan, compute: $0).train(on: images) }
    #expect(models.allSatisfy { $0 == models[0] } && models[0] != plain)
    plan.augment = Augmentation()
    #expect(try Trainer(network, plan: plan, compute: Compute()).train(on: images) == plain)
  }
}
