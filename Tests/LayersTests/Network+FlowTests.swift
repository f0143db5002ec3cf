import Layers
import TestSupport
import Testing

@Suite struct NetworkFlowTests {
  private let network = Network(
    1, 8, 8,
    [
      .maxPool2d(MaxPool2d(kernel: 2)), .conv2d(Conv2d(out: 2, kernel: 3)), .relu, .conv2d(Conv2d(out: 2, kernel: 1)),
      .flatten, .linear(Linear(out: 3)), .relu,
    ])

  /// `i` for integers, `r` for real numbers, into each layer and out of the last.
  private func flow(_ integerLayers: Set<String>) -> String {
    network.flow(integerLayers: integerLayers).map { $0 == .integer ? "i" : "r" }.joined()
  }

  // By hand, layer by layer: what leaves a product is what the next product takes, at once, and a pool, a ReLU or a
  // flatten passes on what came.
  @Test func whatLeavesAProductIsWhatTheNextTakes() {
    #expect(network.productNames == ["l1", "l3", "l5"])
    #expect(flow(["l1", "l3", "l5"]) == "iiiiiiii")
    #expect(flow([]) == "rrrrrrrr")
    #expect(flow(["l3", "l5"]) == "rriiiiii")
    #expect(flow(["l1", "l5"]) == "iiiiiiii", "l1 gives integers, l3 takes them as numbers and gives integers to l5")
    #expect(flow(["l1", "l3"]) == "iiiiiirr")
    #expect(flow(["l3"]) == "rriiiirr")
    #expect(flow(["l1"]) == "iiiirrrr")
    #expect(flow(["l5"]) == "rrrriiii")
  }

  @Test func scalesBelongToWhatIsQuantized() {
    #expect(network.scaledNames(integerLayers: ["l1", "l3", "l5"]) == ["quant", "l1", "l3", "l5"])
    #expect(network.scaledNames(integerLayers: []) == [])
    #expect(network.scaledNames(integerLayers: ["l3", "l5"]) == ["l1", "l3", "l5"])
    #expect(network.scaledNames(integerLayers: ["l1", "l3"]) == ["quant", "l1", "l3"])
    #expect(network.scaledNames(integerLayers: ["l1"]) == ["quant", "l1"])
    #expect(network.scaledNames(integerLayers: ["l5"]) == ["l3", "l5"])
  }

  @Test func aNetworkWithoutProductsIsReal() {
    let pool = Network(1, 4, 4, [.maxPool2d(MaxPool2d(kernel: 2)), .relu])
    #expect(pool.flow(integerLayers: []) == [.real, .real, .real])
    #expect(pool.productNames == [] && pool.scaledNames(integerLayers: []) == [])
  }
}
