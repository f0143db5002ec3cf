import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

@Suite struct RandomGraphTests {
  // Graphs that nobody wrote, each layer held to the definition, and all bits to those of the scalar kernels.
  @Test(arguments: 1...20) func aRandomGraphMeetsTheReference(_ seed: Int) throws {
    let network = try Network(randomGraph: UInt64(seed))
    try expectForward(network, count: 3, seed: UInt64(seed), Compute(.scalar))
    let model = try FloatModel(random: network)
    var random = SeededGenerator(seed: UInt64(seed), stream: 2)
    let images = random.floats(3 * network.input.count)
    let expected = try FloatEngine(model, capacity: 3, compute: Compute(.scalar)).logits(images, count: 3)
    for compute in try Compute.all() {
      let found = try FloatEngine(model, capacity: 3, compute: compute).logits(images, count: 3)
      #expect(bits(found) == bits(expected))
    }
  }

  // Would catch a generator that draws the same few layers.
  @Test func theGraphsHaveEveryKindOfLayer() throws {
    let types = try Set((1...20).flatMap { try Network(randomGraph: $0).layers.map(\.operation.type) })
    #expect(
      types.isSuperset(of: [
        "conv2d", "linear", "batchNorm2d", "relu", "relu6", "leakyRelu", "hardSwish", "sigmoid", "maxPool2d",
        "averagePool2d", "add", "concat", "flatten",
      ]), "\(types)")
  }
}
