import Foundation
import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

@Suite struct FloatPointwiseTests {
  private static let functions: [Networks.Operation] = [
    .relu6, .leakyReLU(LeakyReLU()), .leakyReLU(LeakyReLU(slope: -0.5)), .hardSwish, .sigmoid,
  ]

  @Test(arguments: functions.indices) func everyFunctionMeetsTheReference(_ index: Int) throws {
    // Wide enough to reach every corner.
    let network = Network(
      2, 5, 7,
      [.conv2d(Conv2d(out: 9, kernel: 3, padding: 1)), Self.functions[index], .conv2d(Conv2d(out: 1, kernel: 1))])
    let model = try FloatModel(random: network)
    var parameters = model.parameters
    parameters["l0.weight"] = Tensor([9, 2, 3, 3], model.values("l0.weight").map { 9 * $0 })
    let engine = try FloatEngine(FloatModel(network: network, parameters: parameters), capacity: 3, compute: Compute())
    var random = SeededGenerator(seed: 31)
    _ = engine.logits(random.floats(3 * network.input.count, -1.5, 1.5), count: 3)
    let (x, y) = (engine.values(of: "l0", count: 3), engine.values(of: "l1", count: 3))
    #expect((x.min() ?? 0) < -7 && (x.max() ?? 0) > 7)
    let reference = try Reference(model)
    let expected = reference.layer(1, x.map(Double.init), count: 3)
    for (index, (found, exact)) in zip(y, expected).enumerated() {
      #expect(abs(Double(found) - exact) <= 0x1p-22 * max(abs(exact), abs(Double(x[index]))), "\(x[index])")
    }
  }

  // The corners and what lies far beyond them. Would catch an exponential that overflows.
  @Test func cornersAreThoseOfTheDefinition() throws {
    let x: [Float] = [-1000, -6, -3, -0.0, 0, 3, 6, 1000]
    let expected: [[Float]] = [
      [0, 0, 0, 0, 0, 3, 6, 6], [-10, -0.06, -0.03, 0, 0, 3, 6, 1000], [500, 3, 1.5, 0, 0, 3, 6, 1000],
      [0, 0, 0, 0, 0, 3, 6, 1000], [0, 0.0024726232, 0.04742587, 0.5, 0.5, 0.95257413, 0.9975274, 1],
    ]
    for (function, expected) in zip(Self.functions, expected) {
      let network = Network(1, 1, 8, [function, .flatten])
      let engine = try FloatEngine(
        FloatModel(network: network, parameters: [:]), capacity: 1, compute: Compute(.scalar))
      for (found, exact) in zip(engine.logits(x, count: 1), expected) {
        #expect(abs(found - exact) <= 0x1p-22 * abs(exact), "\(function): \(found), \(exact)")
      }
    }
  }
}
