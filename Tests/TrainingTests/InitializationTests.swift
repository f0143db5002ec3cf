import Layers
import Networks
import TestSupport
import Tensors
import Testing
import Training

@Suite struct InitializationTests {
  private let network = Network(
    3, 12, 12,
    [
      .conv2d(Conv2d(out: 32, kernel: 5)), .batchNorm2d(BatchNorm2d()), .relu, .flatten,
      .linear(Linear(out: 40)),
    ])

  // Would catch a fan-in that counts outputs or forgets the kernel, and Kaiming's bound of a = 0.
  @Test func weightsAreUniformWithinTheInverseRootOfTheFanIn() throws {
    let model = try Initialization.initialize(network, seed: 1)
    for (layer, fanIn) in [("l0", 75.0), ("l4", 2048)] {
      let bound = 1 / fanIn.squareRoot()
      for name in ["\(layer).weight", "\(layer).bias"] {
        let values = model.values(name).map(Double.init)
        #expect(values.allSatisfy { abs($0) <= bound }, "\(name)")
        #expect(
          (values.map(abs).max() ?? 0) > 0.9 * bound, "\(name): the largest of 32 or more is near the bound")
      }
      let values = model.values("\(layer).weight").map(Double.init)
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + $1 * $1 } / count
      // Five standard deviations of a uniform sample's mean, bound / sqrt(3 n), and of its variance, whose relative
      // one is sqrt(0.8 / n).
      #expect(abs(mean) < 5 * bound / (3 * count).squareRoot())
      #expect(abs(variance / (bound * bound / 3) - 1) < 5 * (0.8 / count).squareRoot())
    }
  }

  @Test func batchNormalizationStartsAsTheIdentity() throws {
    let model = try Initialization.initialize(network, seed: 1)
    let (ones, zeros) = ([Float](repeating: 1, count: 32), [Float](repeating: 0, count: 32))
    #expect(model.values("l1.weight") == ones && model.values("l1.running_var") == ones)
    #expect(model.values("l1.bias") == zeros && model.values("l1.running_mean") == zeros)
  }

  @Test func theSeedDecides() throws {
    let model = try Initialization.initialize(network, seed: 5)
    #expect(try Initialization.initialize(network, seed: 5) == model)
    #expect(try Initialization.initialize(network, seed: 6) != model)
    // Would catch one stream for all: a bias that repeats its weight.
    #expect(Array(model.values("l0.weight")[..<32]) != model.values("l0.bias"))
  }

  // Would catch draws that continue from layer to layer.
  @Test func anInsertedLayerLeavesThoseBeforeIt() throws {
    var longer = network
    longer.layers.append(Layer("extra", .linear(Linear(out: 7))))
    let (short, long) = (
      try Initialization.initialize(network, seed: 3), try Initialization.initialize(longer, seed: 3)
    )
    #expect(short.parameters.allSatisfy { long.parameters[$0.key] == $0.value })
    var wider = network
    wider.layers[4] = Layer("l4", .linear(Linear(out: 41)))
    let other = try Initialization.initialize(wider, seed: 3)
    #expect(other.parameters["l0.weight"] == short.parameters["l0.weight"])
  }

  @Test func aNetworkThatDoesNotFitIsRefused() {
    #expect(throws: NetworkError.noLayers) { try Initialization.initialize(Network(1, 1, 1, []), seed: 1) }
  }
}
