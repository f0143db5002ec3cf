import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

@Suite struct FloatEngineTests {
  /// A chain with every kind of layer, its batch normalization behind a convolution and its pool before one.
  static let mixed = Network(
    2, 9, 8,
    [
      .conv2d(Conv2d(out: 5, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu,
      .maxPool2d(MaxPool2d(kernel: 2)), .conv2d(Conv2d(out: 17, kernel: 3, stride: 2, padding: 2)), .flatten,
      .linear(Linear(out: 20, relu: true)), .linear(Linear(out: 10)),
    ])

  /// The very bits of what leaves each layer, of the loss, and of every gradient.
  private func trace(_ model: FloatModel, _ images: [Float], _ labels: [UInt8], _ compute: Compute) throws
    -> [[UInt32]]
  {
    let count = labels.count
    let plain = try FloatEngine(model, capacity: count, compute: compute)
    _ = plain.logits(images, count: count)
    var trace = ([Network.inputName] + model.network.layerNames).map {
      bits(plain.values(of: $0, count: count))
    }
    let training = try FloatEngine(model, capacity: count, forTraining: true, compute: compute)
    let loss = training.train(images, labels: labels).loss.bitPattern
    trace.append([UInt32(truncatingIfNeeded: loss), UInt32(truncatingIfNeeded: loss >> 32)])
    trace += training.parameters.map { bits(Array($0.gradient.buffer)) }
    let after = try training.model(for: model.network)
    return trace + after.parameters.sorted { $0.key < $1.key }.map { bits($0.value.f32 ?? []) }
  }

  // Would catch a sum whose order depends on threads, a fused product in one instruction set only, a shard's cut.
  @Test(arguments: [1, 7, 64]) func resultsDependOnNeitherThreadsNorInstructions(_ count: Int) throws {
    var random = SeededGenerator(seed: 71)
    let model = try FloatModel(random: Self.mixed)
    let images = random.floats(count * Self.mixed.input.count)
    let labels = random.integers(count, 0...9 as ClosedRange<UInt8>)
    let traces = try Compute.all().map { try trace(model, images, labels, $0) }
    #expect(traces.allSatisfy { $0 == traces[0] })
  }

  // Would catch what an earlier, larger batch leaves behind: in borders, in shards' sums, in spread gradients.
  @Test func aSmallerBatchAfterALargerOneIsAsIfAlone() throws {
    var random = SeededGenerator(seed: 72)
    let model = try FloatModel(random: Self.mixed)
    let (large, small) = (
      random.floats(20 * Self.mixed.input.count), random.floats(3 * Self.mixed.input.count)
    )
    let labels = random.integers(20, 0...9 as ClosedRange<UInt8>)
    func fresh() throws -> FloatEngine {
      try FloatEngine(model, capacity: 20, forTraining: true, compute: Compute())
    }
    let (used, alone) = (try fresh(), try fresh())
    let expected = alone.logits(small, count: 3)
    _ = used.logits(large, count: 20)
    #expect(used.logits(small, count: 3) == expected)
    used.train(large, labels: labels)
    used.train(small, labels: Array(labels[..<3]))
    alone.train(small, labels: Array(labels[..<3]))
    for (left, right) in zip(used.parameters, alone.parameters) {
      #expect(bits(Array(left.gradient.buffer)) == bits(Array(right.gradient.buffer)))
    }
  }

  @Test func anEmptyBatchHasNoScores() throws {
    let engine = try FloatEngine(FloatModel(random: Self.mixed), capacity: 2, compute: Compute())
    #expect(engine.logits([], count: 0) == [])
  }

  // Would catch an input that is laid out and not brought back, and a flatten in our own order.
  @Test func valuesComeInPyTorchsOrder() throws {
    let network = Network(3, 2, 4, [.flatten, .linear(Linear(out: 1))])
    let engine = try FloatEngine(FloatModel(random: network), capacity: 2, compute: Compute())
    let images = (0..<48).map { Float($0) }
    _ = engine.logits(images, count: 2)
    #expect(engine.values(of: Network.inputName, count: 2) == images)
    #expect(engine.values(of: "l0", count: 2) == images)
    #expect(engine.values(of: "l0", count: 1) == Array(images[..<24]))
  }

  // Would catch padding rows that an optimizer moves, a weight that is unpacked in another order, a lost bias.
  @Test func parametersComeBackAsTheyWere() throws {
    let model = try FloatModel(random: Self.mixed)
    let engine = try FloatEngine(model, capacity: 1, compute: Compute())
    #expect(try engine.model(for: Self.mixed) == model)
  }

  // The loss and the count are those of the reference. Double against a float forward pass: 2^-16 of a loss of order 1.
  @Test func theLossIsTheSumOverImages() throws {
    var random = SeededGenerator(seed: 73)
    let model = try FloatModel(random: Self.mixed)
    let (images, labels) = (random.floats(6 * 144), random.integers(6, 0...9 as ClosedRange<UInt8>))
    let engine = try FloatEngine(model, capacity: 6, forTraining: true, compute: Compute())
    let result = engine.train(images, labels: labels)
    let reference = try Reference(model)
    let expected = 6 * reference.loss(images.map(Double.init), labels: labels)
    #expect(abs(result.loss - expected) < 0x1p-16 * expected)
    let scores = reference.scores(images.map(Double.init), count: 6)
    let right = (0..<6).count { image in
      let row = Array(scores[image * 10..<(image + 1) * 10])
      return row.firstIndex(of: row.max() ?? 0) == Int(labels[image])
    }
    #expect(result.correct == right)
  }

  @Test func aNetworkThatDoesNotFitIsRefused() throws {
    let network = Network(1, 4, 4, [.linear(Linear(out: 3))])
    #expect(throws: NetworkError.self) { try FloatModel(network: network, parameters: [:]) }
  }
}
