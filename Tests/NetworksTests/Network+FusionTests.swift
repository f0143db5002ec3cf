import Networks
import TestSupport
import Testing

@Suite struct NetworkFusionTests {
  // Would catch a ReLU that is fused across a pool, or into one, and a second ReLU that stays behind although it does
  // nothing.
  @Test func productsNormalizationsAndSumsTakeAReLUIn() throws {
    let network = Network(
      1, 9, 9,
      [
        .conv2d(Conv2d(out: 2, kernel: 3)), .relu, .relu, .batchNorm2d(BatchNorm2d()), .relu,
        .maxPool2d(MaxPool2d(kernel: 2)), .relu, .flatten, .relu, .linear(Linear(out: 3)), .relu,
        .linear(Linear(out: 2)),
      ])
    let fused = try network.fusingReLU()
    #expect(fused.layerNames == ["l0", "l3", "l5", "l6", "l7", "l8", "l9", "l11"])
    #expect(
      fused.layers.map(\.operation) == [
        .conv2d(Conv2d(out: 2, kernel: 3, relu: true)), .batchNorm2d(BatchNorm2d(relu: true)),
        .maxPool2d(MaxPool2d(kernel: 2)), .relu, .flatten, .relu, .linear(Linear(out: 3, relu: true)),
        .linear(Linear(out: 2)),
      ])
    #expect(try fused.fusingReLU() == fused)
    let sum = Network(
      2, 3, 3,
      layers: [
        Layer("a", .conv2d(Conv2d(out: 2, kernel: 1))), Layer("s", .add(Add()), inputs: ["a", "quant"]),
        Layer("r", .relu), Layer("f", .flatten),
      ])
    #expect(try sum.fusingReLU().layers[1] == Layer("s", .add(Add(relu: true)), inputs: ["a", "quant"]))
  }

  // Would catch a ReLU that is fused into a value that others read before it.
  @Test func aValueThatOthersReadStays() throws {
    let network = Network(
      2, 3, 3,
      layers: [
        Layer("a", .conv2d(Conv2d(out: 2, kernel: 1))), Layer("r", .relu),
        Layer("s", .add(Add()), inputs: ["a", "r"]), Layer("f", .flatten),
      ])
    #expect(try network.fusingReLU() == network)
  }

  @Test func aReLUAtTheStartStays() throws {
    let network = Network(1, 2, 2, [.relu, .flatten, .linear(Linear(out: 3))])
    #expect(try network.fusingReLU() == network)
  }

  // What read the ReLU reads the convolution from now on, by name where it was named.
  @Test(arguments: [nil, ["r"]]) func readersFollowAFusedReLU(_ inputs: [String]?) throws {
    let network = Network(
      name: "N", input: ImageShape(channels: 1, height: 4, width: 4),
      layers: [
        Layer("a", .conv2d(Conv2d(out: 2, kernel: 1)), inputs: [Network.inputName]), Layer("r", .relu, inputs: ["a"]),
        Layer("b", .conv2d(Conv2d(out: 3, kernel: 4)), inputs: inputs), Layer("s", .relu), Layer("f", .flatten),
      ])
    let fused = try network.fusingReLU()
    #expect(fused.layerNames == ["a", "b", "f"])
    #expect(fused.layers.map(\.inputs) == [[Network.inputName], inputs.map { _ in ["a"] }, nil])
    #expect(try fused.shapes().map(\.description) == ["1x4x4", "2x4x4", "3x1x1", "3 features"])
  }
}
