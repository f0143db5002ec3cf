import Foundation
import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing
import Training

@Suite struct AdamTests {
  /// The parameters of an engine, set to `start`, moved by `gradients` one after another.
  private func run(_ start: [Float], _ gradients: [[Float]], rate: Double, _ compute: Compute) throws
    -> [[Float]]
  {
    let network = Network(1, 1, 1, [.flatten, .linear(Linear(out: start.count, bias: false))])
    let model = try FloatModel(network: network, parameters: ["l1.weight": Tensor([start.count, 1], start)])
    let engine = try FloatEngine(model, capacity: 1, forTraining: true, compute: compute)
    let optimizer = Adam(engine.parameters, learningRate: rate, compute: compute)
    return try gradients.map { gradient in
      let parameter = try #require(engine.parameters.first)
      // One column of each panel's first row: the whole weight, then filling.
      parameter.gradient.pointer.update(from: gradient, count: gradient.count)
      optimizer.step()
      return Array(parameter.values.buffer[..<start.count])
    }
  }

  // torch 2.13.0: torch.optim.Adam([p], lr=0.01), p after each step. A parameter of order 1 is off by a rounding or
  // two of itself a step: 2^-22 after four.
  @Test func stepsAreThoseOfPyTorch() throws {
    let gradients: [[Float]] = [[0.1, -0.2, 0], [0.3, 0.05, 1e-4], [-0.7, 0.01, 2e-3], [0.02, -0.4, 0]]
    let expected: [[Float]] = [
      [0x1.f5c29p-2, -0x1.fae148p-1, 0x1p1], [0x1.ec5ca8p-2, -0x1.f879fp-1, 0x1.fe1864p0],
      [0x1.ef559ap-2, -0x1.f6c772p-1, 0x1.fc6372p0], [0x1.f19d08p-2, -0x1.f37f54p-1, 0x1.fafd88p0],
    ]
    for compute in try Compute.all() {
      for (found, expected) in zip(try run([0.5, -1, 2], gradients, rate: 0.01, compute), expected) {
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 0x1p-22 }, "\(found) \(expected)")
      }
    }
  }

  // The published algorithm in double, with its corrected moments written out. Each step rounds a parameter of at most
  // 2 to 2^-24 of it, and its own change of about the rate to a few units: 2^-22 a step.
  @Test func stepsMeetTheAlgorithm() throws {
    var random = SeededGenerator(seed: 111)
    let (count, steps, rate) = (13, 50, 0.003)
    let start = random.floats(count)
    let gradients = (0..<steps).map { _ in random.floats(count, -0.1, 0.3) }
    let found = try run(start, gradients, rate: rate, Compute())
    var (w, m, v) = (
      start.map(Double.init), [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
    )
    for step in 1...steps {
      for index in 0..<count {
        let g = Double(gradients[step - 1][index])
        m[index] = 0.9 * m[index] + 0.1 * g
        v[index] = 0.999 * v[index] + 0.001 * g * g
        let (mean, variance) = (
          m[index] / (1 - pow(0.9, Double(step))), v[index] / (1 - pow(0.999, Double(step)))
        )
        w[index] -= rate * mean / (variance.squareRoot() + 1e-8)
        #expect(abs(Double(found[step - 1][index]) - w[index]) <= Double(step) * 0x1p-22, "step \(step)")
      }
    }
  }
}
