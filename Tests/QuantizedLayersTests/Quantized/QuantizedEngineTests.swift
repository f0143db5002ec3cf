import Int8Linear
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct QuantizedEngineTests {
  /// Networks whose rows are no multiple of four bytes, with every kind of layer.
  static let networks = [
    Network(
      1, 9, 8,
      [
        .conv2d(Conv2d(out: 5, kernel: 3, padding: 1, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)),
        .conv2d(Conv2d(out: 17, kernel: 3, stride: 2, padding: 2)), .relu, .flatten,
        .linear(Linear(out: 19, relu: true)),
        .linear(Linear(out: 10)),
      ]),
    Network(
      3, 8, 9,
      [
        .relu, .maxPool2d(MaxPool2d(kernel: 3, stride: 1)),
        .conv2d(Conv2d(out: 7, kernel: 5, stride: 3, padding: 4)),
        .conv2d(Conv2d(out: 16, kernel: 1)), .maxPool2d(MaxPool2d(kernel: 2, stride: 3)), .flatten, .relu,
        .linear(Linear(out: 33)), .relu, .linear(Linear(out: 3)),
      ]),
    // Padding as wide as the kernel and wider.
    Network(
      3, 5, 6,
      [
        .conv2d(Conv2d(out: 5, kernel: 3, padding: 3, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)),
        .conv2d(Conv2d(out: 17, kernel: 2, stride: 2, padding: 5)), .conv2d(Conv2d(out: 3, kernel: 1, padding: 1)),
        .flatten, .linear(Linear(out: 7)),
      ]),
    // More pixels than one block of a convolution holds, and rows of exactly four.
    Network(
      4, 13, 12,
      [.conv2d(Conv2d(out: 3, kernel: 4, padding: 3)), .conv2d(Conv2d(out: 2, kernel: 2, padding: 1))]),
  ]

  // Would catch padding with 0 instead of the zero point, a tap out of order, filling that meets a weight, a clamp by
  // another profile's rule, a bias in the wrong place, pairs that saturate, and anything that threads may change.
  @Test(arguments: networks.indices, NumericProfile.allCases)
  func integersAreThoseOfTheReference(_ index: Int, _ profile: NumericProfile) throws {
    let network = Self.networks[index]
    let count = 5
    for (weightMax, inputMax) in [(63, 255), (127, 127), (127, 255)] as [(Int8, Int32)] {
      let model = try QuantizedModel(
        random: network, profile: profile, weightMax: weightMax, inputMax: inputMax, seed: UInt64(index))
      var random = SeededGenerator(seed: 101, stream: UInt64(index))
      let images = random.floats(count * network.input.count, -1.3, 1.3)
      let expected = try IntegerReference(model: model).integers(images, count: count)
      for compute in try Compute.all() {
        let engine = try QuantizedEngine(model, capacity: count, compute: compute)
        let logits = engine.logits(images, count: count)
        for (name, integers) in zip([Network.inputName] + network.layerNames, expected) {
          let found = engine.integers(of: name, count: count).map { Int64($0) }
          #expect(found == integers, "\(name), \(profile), \(compute.kernels.instructionSet)")
        }
        let output = try #require(model.flow[network.layers.count])
        let scores: [Float] = (expected.last ?? []).map { output.scale * Float($0 - Int64(output.zeroPoint)) }
        #expect(logits == scores)
      }
      #expect(Set(expected.last ?? []).count > 5, "the outputs are spread, so that a mistake would show")
    }
  }

  // 63 * 255 * 2 fits in 16 bits, 127 * 255 * 2 does not, and 127 * 127 * 2 fits where activations stop at 127, which
  // they do under our own profile alone.
  @Test func pathsFollowFromTheProof() throws {
    func paths(_ profile: NumericProfile, _ weightMax: Int8, _ inputMax: Int32) throws -> Set<ProductPath> {
      let model = try QuantizedModel(
        random: Self.networks[0], profile: profile, weightMax: weightMax, inputMax: inputMax)
      let engine = try QuantizedEngine(model, capacity: 1, compute: Compute())
      #expect(engine.proofs.keys.sorted() == ["l0", "l2", "l5", "l6"])
      return Set(engine.proofs.values.map(\.path))
    }
    #expect(try paths(.octavo, 127, 127) == [.pairwise] && paths(.octavo, 63, 255) == [.pairwise])
    #expect(try paths(.octavo, 127, 255).contains(.wide))
    #expect(try paths(.qnnpack, 127, 127).contains(.wide), "values above the calibrated range come through")
  }

  // All weights and inputs at their ends: the integers stay exact, and the proof's bound is not passed.
  @Test func extremesDoNotSaturate() throws {
    let network = Network(2, 3, 3, [.conv2d(Conv2d(out: 2, kernel: 3, padding: 1))])
    let (unit, range) = (
      try QuantizationParameters(scale: 1, zeroPoint: 0, range: IntegerRange(.u8)), IntegerRange(.s8)
    )
    let layer = IntegerLayer(
      weight: QuantizedWeight(
        integers: [Int8](repeating: 127, count: 18) + [Int8](repeating: -128, count: 18), shape: [2, 2, 3, 3],
        scales: [1], range: range),
      bias: .s32([0, 600_000]),
      multipliers: [Float(1) / 2300, Float(1) / 2300])
    let output = try QuantizationParameters(scale: 2300, zeroPoint: 0, range: IntegerRange(.u8))
    let model = try QuantizedModel(
      network: network, profile: .octavo, scales: ["quant": unit, "l0": output], layers: ["l0": .integer(layer)])
    let images = [Float](repeating: 255, count: 18)
    let expected = try IntegerReference(model: model).integers(images, count: 1)
    for compute in try Compute.all() {
      let engine = try QuantizedEngine(model, capacity: 1, compute: compute)
      _ = engine.logits(images, count: 1)
      #expect(engine.integers(of: "l0", count: 1).map { Int64($0) } == expected[1])
      #expect(engine.proofs["l0"]?.proof.accumulatorBound == Int64(600_000 + 18 * 128 * 255))
      #expect(engine.proofs["l0"]?.path == .wide)
    }
  }

  // Would catch borders or sums that an earlier, larger batch leaves behind.
  @Test func aSmallerBatchAfterALargerOneIsAsIfAlone() throws {
    var random = SeededGenerator(seed: 102)
    let network = Self.networks[0]
    let model = try QuantizedModel(random: network, profile: .octavo)
    let (large, small) = (random.floats(70 * 72), random.floats(2 * 72))
    let engine = try QuantizedEngine(model, capacity: 70, compute: Compute(threads: 2))
    _ = engine.logits(large, count: 70)
    let alone = try QuantizedEngine(model, capacity: 2, compute: Compute()).logits(small, count: 2)
    #expect(engine.logits(small, count: 2) == alone)
    #expect(engine.logits([], count: 0) == [])
  }

  @Test func realValuesAreDequantized() throws {
    let network = Self.networks[0]
    let model = try QuantizedModel(random: network, profile: .octavo)
    let engine = try QuantizedEngine(model, capacity: 1, compute: Compute())
    let images = (0..<72).map { Float($0) / 50 - 0.7 }
    _ = engine.logits(images, count: 1)
    let entering = try #require(model.scales["quant"])
    let input: [Float] = engine.integers(of: Network.inputName, count: 1).map {
      entering.scale * Float(Int32($0) - entering.zeroPoint)
    }
    #expect(engine.values(of: Network.inputName, count: 1) == input)
    // A pool passes its input's parameters on.
    let pool = try #require(model.flow[2])
    #expect(pool == model.scales["l0"])
    let pooled: [Float] = engine.integers(of: "l1", count: 1).map {
      pool.scale * Float(Int32($0) - pool.zeroPoint)
    }
    #expect(engine.values(of: "l1", count: 1) == pooled)
  }

  // Would catch a start that wraps in 32 bits before the proof has looked at it.
  @Test func aSumBeyond32BitsIsRefused() throws {
    let network = Network(1, 1, 1, [.flatten, .linear(Linear(out: 1))])
    let unit = try QuantizationParameters(scale: 1, zeroPoint: 9, range: IntegerRange(.u8))
    let layer = IntegerLayer(
      weight: QuantizedWeight(integers: [-2], shape: [1, 1], scales: [1], range: IntegerRange(.s8)),
      bias: .s32([.max]), multipliers: [1])
    let model = try QuantizedModel(
      network: network, profile: .octavo, scales: ["quant": unit, "l1": unit], layers: ["l1": .integer(layer)])
    let bound = Int64(Int32.max) + 18 + 510
    #expect(throws: OverflowError(layer: "l1", bound: bound)) {
      try QuantizedEngine(model, capacity: 1, compute: Compute())
    }
  }
}
