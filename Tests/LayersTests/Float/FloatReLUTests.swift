import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct FloatReLUTests {
  // Alone at the start, behind a pool, behind flatten, and between layers with borders.
  @Test func aLoneReLUMeetsTheReference() throws {
    for compute in try Compute.all() {
      let network = Network(
        5, 7, 6,
        [
          .relu, .conv2d(Conv2d(out: 9, kernel: 3, padding: 1)), .maxPool2d(MaxPool2d(kernel: 2)), .relu,
          .conv2d(Conv2d(out: 3, kernel: 3, padding: 2)), .flatten, .relu, .linear(Linear(out: 4)), .relu,
        ])
      try expectForward(network, count: 3, compute)
    }
  }

  // Would catch a fused ReLU that clips another value than the lone one.
  @Test func fusedIsTheSameArithmetic() throws {
    let network = Network(
      2, 6, 6,
      [
        .conv2d(Conv2d(out: 5, kernel: 3)), .relu, .flatten, .linear(Linear(out: 7)), .relu,
        .linear(Linear(out: 3)),
      ])
    let model = try FloatModel(random: network)
    let fused = try FloatModel(network: network.fusingReLU(), parameters: model.parameters)
    let images = (0..<72).map { Float($0 % 13) / 13 - 0.4 }
    let plain = try FloatEngine(model, capacity: 1, compute: Compute()).logits(images, count: 1)
    #expect(try FloatEngine(fused, capacity: 1, compute: Compute()).logits(images, count: 1) == plain)
  }
}
