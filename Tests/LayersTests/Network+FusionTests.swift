import Layers
import TestSupport
import Testing

@Suite struct NetworkFusionTests {
  // Would catch a ReLU that is fused across a pool or a batch normalization, or into one, and a second ReLU that
  // stays behind although it does nothing.
  @Test func onlyConvolutionsAndLinearLayersTakeAReLUIn() {
    let network = Network(
      1, 9, 9,
      [
        .conv2d(Conv2d(out: 2, kernel: 3)), .relu, .relu, .batchNorm2d(BatchNorm2d()), .relu,
        .maxPool2d(MaxPool2d(kernel: 2)), .relu, .flatten, .relu, .linear(Linear(out: 3)), .relu,
        .linear(Linear(out: 2)),
      ])
    let fused = network.fusingReLU()
    #expect(fused.layerNames == ["l0", "l3", "l4", "l5", "l6", "l7", "l8", "l9", "l11"])
    #expect(fused.layers[0].operation == .conv2d(Conv2d(out: 2, kernel: 3, relu: true)))
    #expect(fused.layers[7].operation == .linear(Linear(out: 3, relu: true)))
    #expect(fused.layers[8].operation == .linear(Linear(out: 2)))
    #expect(fused.fusingReLU() == fused)
  }

  @Test func aReLUAtTheStartStays() {
    let network = Network(1, 2, 2, [.relu, .flatten, .linear(Linear(out: 3))])
    #expect(network.fusingReLU() == network)
  }
}
