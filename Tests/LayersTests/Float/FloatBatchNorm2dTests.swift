import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

@Suite struct FloatBatchNorm2dTests {
  @Test(arguments: [1, 5, 17]) func inferenceUsesTheRunningStatistics(_ channels: Int) throws {
    for set in InstructionSet.available {
      // The padding behind it must stay zero, not become what zero is normalized to.
      let operations: [Networks.Operation] = [
        .batchNorm2d(BatchNorm2d(epsilon: 0.01)), .conv2d(Conv2d(out: 3, kernel: 3, padding: 1)),
      ]
      try expectForward(Network(channels, 4, 3, operations), count: 3, Compute(set))
    }
  }

  // Would catch the biased variance among the running ones, a momentum taken the other way round, and statistics that
  // inference moves. The mean of 5 * 12 values of order 1, in double and rounded: 2^-20.
  @Test func trainingMovesTheRunningStatistics() throws {
    var random = SeededGenerator(seed: 81)
    let network = Network(
      3, 4, 3, [.batchNorm2d(BatchNorm2d(momentum: 0.25)), .flatten, .linear(Linear(out: 4))])
    let model = try FloatModel(random: network)
    let images = random.floats(5 * 36)
    let engine = try FloatEngine(model, capacity: 5, forTraining: true, compute: Compute(threads: 2))
    _ = engine.logits(images, count: 5)
    #expect(try engine.model(for: network) == model)
    engine.train(images, labels: [0, 1, 2, 3, 0])
    let after = try engine.model(for: network)
    let (mean, variance) = Reference.statistics(images.map(Double.init), 5, network.input)
    for channel in 0..<3 {
      func moved(_ name: String, _ batch: Double) -> Double {
        0.75 * Double(model.values(name)[channel]) + 0.25 * batch
      }
      let expectedMean = moved("l0.running_mean", mean[channel])
      #expect(abs(Double(after.values("l0.running_mean")[channel]) - expectedMean) < 0x1p-20)
      let expectedVariance = moved("l0.running_var", variance[channel] * 60 / 59)
      #expect(abs(Double(after.values("l0.running_var")[channel]) - expectedVariance) < 0x1p-20)
    }
  }

  // Would catch a division by zero where a batch has one value per channel.
  @Test func oneValuePerChannelIsNoDivisionByZero() throws {
    let network = Network(2, 1, 1, [.batchNorm2d(BatchNorm2d()), .flatten, .linear(Linear(out: 2))])
    let engine = try FloatEngine(
      FloatModel(random: network), capacity: 1, forTraining: true, compute: Compute())
    #expect(engine.train([0.3, -0.7], labels: [1]).loss.isFinite)
    let after = try engine.model(for: network)
    #expect(after.parameters.values.allSatisfy { $0.f32?.allSatisfy(\.isFinite) ?? false })
  }
}
