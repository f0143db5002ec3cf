import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct QuantizedAveragePool2dTests {
  // Behind a product, with overlapping windows, and over a whole map, under every profile.
  @Test(arguments: NumericProfile.allCases) func integersAreThoseOfTheReference(_ profile: NumericProfile) throws {
    let network = Network(
      2, 9, 8,
      [
        .averagePool2d(AveragePool2d(kernel: 2, stride: 1)), .conv2d(Conv2d(out: 5, kernel: 3, padding: 1, relu: true)),
        .averagePool2d(AveragePool2d(kernel: 3, stride: 2)), .conv2d(Conv2d(out: 17, kernel: 2, padding: 1)),
        .averagePool2d(AveragePool2d()), .flatten, .linear(Linear(out: 9)),
      ])
    let model = try QuantizedModel(random: network, profile: profile, seed: 5)
    var random = SeededGenerator(seed: 401)
    let images = random.floats(5 * network.input.count, -1.3, 1.3)
    let expected = try IntegerReference(model: model).integers(images, count: 5)
    #expect(Set(expected[3]).count > 20 && Set(expected[5]).count > 5)
    for compute in try Compute.all() {
      let engine = try QuantizedEngine(model, capacity: 5, compute: compute)
      _ = engine.logits(images, count: 5)
      for (name, integers) in zip(network.valueNames, expected) {
        #expect(engine.integers(of: name, count: 5).map { Int64($0) } == integers, "\(name)")
      }
    }
  }

  private static let windows: [[UInt8]] = [
    [0, 1, 0, 1], [2, 3, 3, 2], [254, 255, 255, 254], [0, 0, 1, 1], [1, 2, 2, 1], [3, 4, 4, 3], [0, 0, 0, 3],
    [0, 0, 0, 1], [255, 255, 255, 255], [0, 0, 0, 0],
  ]

  // torch 2.13.0, quantize_per_tensor with scale 1, channels last: avg_pool2d(2) and, of the four pixels alone,
  // adaptive_avg_pool2d(1), under FBGEMM and QNNPACK. With an odd zero point a tie of the distances to it falls to the
  // other side; FBGEMM's adaptive pool does not see it.
  @Test(arguments: [
    (Int32(0), NumericProfile.fbgemm, false, [0, 2, 254, 0, 2, 4, 1, 0, 255, 0]),
    (0, .qnnpack, true, [0, 2, 254, 0, 2, 4, 1, 0, 255, 0]),
    (1, .fbgemm, false, [1, 3, 255, 1, 1, 3, 1, 0, 255, 0]),
    (1, .fbgemm, true, [0, 2, 254, 0, 2, 4, 1, 0, 255, 0]),
    (1, .qnnpack, false, [1, 3, 255, 1, 1, 3, 1, 0, 255, 0]),
    (1, .qnnpack, true, [1, 3, 255, 1, 1, 3, 1, 0, 255, 0]),
    (1, .octavo, true, [1, 3, 255, 1, 1, 3, 1, 0, 255, 0]),
  ])
  func tiesGoToTheEven(
    _ zeroPoint: Int32, _ profile: NumericProfile, _ isGlobal: Bool, _ means: [UInt8]
  ) throws {
    for (pixels, mean) in zip(Self.windows, means) {
      // One pixel more to every side of a window, which none of it may see.
      let network = Network(
        1, 2, isGlobal ? 2 : 3,
        [.averagePool2d(isGlobal ? AveragePool2d() : AveragePool2d(kernel: 2)), .flatten, .linear(Linear(out: 1))])
      let model = try model(of: network, zeroPoint: zeroPoint, profile)
      let engine = try QuantizedEngine(model, capacity: 1, compute: Compute(.scalar))
      let real = pixels.map { Float($0) - Float(zeroPoint) }
      _ = engine.logits(isGlobal ? real : [real[0], real[1], 77, real[2], real[3], 199], count: 1)
      #expect(engine.integers(of: "l0", count: 1) == [mean], "\(pixels)")
    }
  }

  /// A model whose input has scale 1.
  private func model(of network: Network, zeroPoint: Int32, _ profile: NumericProfile) throws -> QuantizedModel {
    let base = try QuantizedModel(random: network, profile: profile)
    var scales = base.scales
    scales["quant"] = try QuantizationParameters(scale: 1, zeroPoint: zeroPoint, range: IntegerRange(.u8))
    let layers = try #require(base.layers["l2"]?.integer)
    let output = try #require(scales["l2"])
    let multipliers = try (0..<1).map {
      try Requantization.multiplier(
        input: 1, weight: layers.weight.scale($0), output: output.scale, rule: profile.divisionRule)
    }
    return try QuantizedModel(
      network: network, profile: profile, scales: scales,
      layers: ["l2": .integer(.init(weight: layers.weight, bias: layers.bias, multipliers: multipliers))])
  }
}
