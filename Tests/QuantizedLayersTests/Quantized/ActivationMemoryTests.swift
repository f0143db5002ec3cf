import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// Values that share memory: an engine that keeps none against one that keeps all, each in a place of its own.
@Suite struct ActivationMemoryTests {
  /// Both engines on batches that shrink and grow, on two threads: 19 images are two shards and a part of one.
  private func expectEqual(_ model: QuantizedModel) throws {
    var random = SeededGenerator(seed: 501)
    let size = model.network.input.count
    let batches = [19, 3, 19, 8].map { random.floats($0 * size, -1.3, 1.3) }
    let keeping = try QuantizedEngine(model, capacity: 19, compute: Compute(threads: 2))
    let sharing = try QuantizedEngine(model, capacity: 19, keepsValues: false, compute: Compute(threads: 2))
    for batch in batches {
      let count = batch.count / size
      #expect(bits(sharing.logits(batch, count: count)) == bits(keeping.logits(batch, count: count)))
    }
    #expect(sharing.activationBytes < keeping.activationBytes)
  }

  // Would catch a value that is overwritten before it was read, a border that others have written, a zero point of an
  // earlier call, and shards that meet.
  @Test(arguments: QuantizedEngineTests.networks.indices, NumericProfile.allCases)
  func sharingChangesNoScore(_ index: Int, _ profile: NumericProfile) throws {
    try expectEqual(QuantizedModel(random: QuantizedEngineTests.networks[index], profile: profile, seed: 7))
  }

  @Test(arguments: DynamicProductTests.networks.indices, [Granularity.perTensor, .perRow])
  func norWhereScalesAreChosenAtTheCall(_ index: Int, _ granularity: Granularity) throws {
    try expectEqual(DynamicProductTests.model(DynamicProductTests.networks[index], .fbgemm, granularity))
  }

  @Test(arguments: [["l0"], ["l2"], ["l5"], ["l0", "l6"], ["l0", "l2"], ["l2", "l5"]])
  func norWhereLayersStayFloat(_ skipped: [String]) throws {
    try expectEqual(SkippedLayerTests.model(skipping: Set(skipped)))
  }

  // By hand, in bytes of a shard of 8 images, each value's rounded up to 64: the input 10 x 10 with its border, 832; what
  // leaves the pool 5 x 4 x 4, 640, for the convolution keeps nothing of its own; 7 outputs, 64, and 7 scores of 4 bytes,
  // 256. The input is gone when the second layer runs, and the outputs take its place; scores are of another type.
  @Test func bytesAreThoseWorkedOutByHand() throws {
    let network = Network(
      1, 8, 8,
      [
        .conv2d(Conv2d(out: 5, kernel: 3, padding: 1)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
        .linear(Linear(out: 7)),
      ])
    let model = try QuantizedModel(random: network, profile: .octavo)
    for (capacity, shards) in [(8, 1), (64, 8), (17, 3)] {
      let keeping = try QuantizedEngine(model, capacity: capacity, compute: Compute())
      let sharing = try QuantizedEngine(model, capacity: capacity, keepsValues: false, compute: Compute())
      #expect(keeping.activationBytes == shards * (832 + 640 + 64 + 256))
      #expect(sharing.activationBytes == shards * (832 + 640 + 256))
    }
  }
}
