import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Testing

/// What products can reach, asked of a model, is what its engine found. Which weights lie side by side, and so the bound
/// of pairs, depends on how what enters lies in memory: the reference is the engine, which has that memory.
@Suite("QuantizedModel.proofs()")
struct QuantizedModelProductsTests {
  /// Images that are only seen as vectors, twice over; one that is copied, for a convolution reads it with a border too;
  /// convolutions in groups and depthwise.
  private static let views = [
    Network(2, 3, 3, [.conv2d(Conv2d(out: 3, kernel: 2)), .flatten, .relu, .flatten, .linear(Linear(out: 5))]),
    Network(
      3, 4, 4,
      layers: [
        Layer("l0", .conv2d(Conv2d(out: 3, kernel: 1))), Layer("l1", .conv2d(Conv2d(out: 3, kernel: 3, padding: 1))),
        Layer("flat0", .flatten, inputs: ["l0"]), Layer("flat1", .flatten, inputs: ["l1"]),
        Layer("both", .concat, inputs: ["flat0", "flat1"]), Layer("l2", .linear(Linear(out: 3))),
      ]),
    Network(
      4, 5, 5,
      [
        .conv2d(Conv2d(out: 6, kernel: 3, groups: 2)), .conv2d(Conv2d(out: 6, kernel: 2, groups: 6)), .flatten,
        .linear(Linear(out: 3)),
      ]),
  ]

  private func expectSame(_ model: QuantizedModel) throws {
    let (own, engine) = (try model.proofs(), try QuantizedEngine(model, capacity: 1, compute: Compute()).proofs)
    #expect(own.mapValues(\.proof) == engine.mapValues(\.proof))
    #expect(own.mapValues(\.path) == engine.mapValues(\.path))
  }

  @Test(
    "of integers with scales chosen beforehand",
    arguments: QuantizedEngineTests.networks + [views[0], views[2]], [NumericProfile.octavo, .fbgemm])
  func integers(_ network: Network, _ profile: NumericProfile) throws {
    let model = try QuantizedModel(random: network, profile: profile, weightMax: 127, inputMax: 255)
    #expect(try Set(model.proofs().keys) == Set(network.productNames))
    try expectSame(model)
  }

  @Test("of integers whose scales a call chooses", arguments: DynamicProductTests.networks + views)
  func dynamic(_ network: Network) throws {
    try expectSame(DynamicProductTests.model(network, .octavo, .perTensor, range: IntegerRange(0, 255)))
  }

  @Test("a sum that could leave 32 bits is refused as the engine refuses it")
  func overflow() throws {
    let network = Network(1, 1, 200_000, [.flatten, .linear(Linear(out: 1))])
    let model = try DynamicProductTests.model(network, .octavo, .perTensor, range: IntegerRange(0, 255))
    let refusal = line { _ = try QuantizedEngine(model, capacity: 1, compute: Compute()) }
    #expect(refusal?.hasPrefix("layer 'l1': a sum can reach ") == true)
    #expect(line { _ = try model.proofs() } == refusal)
  }
}
