import Int8Linear
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct DynamicProductTests {
  /// Convolutions with padding, strides and one tap, linear layers with and without bias; rows of no multiple of four.
  static let networks = [
    Network(
      2, 7, 6,
      [
        .conv2d(Conv2d(out: 5, kernel: 3, padding: 2, relu: true)), .conv2d(Conv2d(out: 17, kernel: 2, stride: 2)),
        .relu, .flatten, .linear(Linear(out: 19, bias: false, relu: true)), .linear(Linear(out: 3)),
      ]),
    // More pixels than one block holds, and a kernel row of exactly four.
    Network(
      4, 13, 12, [.conv2d(Conv2d(out: 3, kernel: 4, padding: 3)), .conv2d(Conv2d(out: 2, kernel: 1, bias: false))]),
    // Padding wider than the kernel.
    Network(
      2, 4, 5,
      [
        .conv2d(Conv2d(out: 5, kernel: 2, padding: 3, relu: true)),
        .conv2d(Conv2d(out: 3, kernel: 3, stride: 3, padding: 4)),
      ]),
  ]

  static func model(
    _ network: Network, _ profile: NumericProfile, _ granularity: Granularity,
    range: IntegerRange = IntegerRange(0, 127), seed: UInt64 = 1
  ) throws -> QuantizedModel {
    var random = SeededGenerator(seed: seed)
    var layers: [String: QuantizedLayer] = [:]
    let shapes = try network.parameterShapes()
    for name in network.productNames {
      let shape = try #require(shapes["\(name).weight"])
      let scales = random.floats(random.below(2) == 0 ? 1 : shape[0], 0.002, 0.02)
      let weight = QuantizedWeight(
        integers: random.integers(shape.count, -127...127), shape: shape, scales: scales, range: IntegerRange(-127, 127)
      )
      layers[name] = .dynamic(
        DynamicLayer(
          weight: weight, bias: shapes["\(name).bias"] == nil ? nil : random.floats(shape[0], -1, 1),
          activations: DynamicActivations(granularity: granularity, range: range)))
    }
    return try QuantizedModel(
      network: network, type: .dynamic, profile: profile, scales: [:], layers: layers)
  }

  // Would catch padding with 0 in place of the zero point, also where an earlier call left another one; a scale of
  // another image; a bias added in the other engine's way; and anything that threads or instructions may change.
  @Test(arguments: networks.indices, NumericProfile.allCases)
  func outputsAreThoseOfTheReference(_ index: Int, _ profile: NumericProfile) throws {
    let network = Self.networks[index]
    let ranges = [IntegerRange(0, 127), IntegerRange(0, 255)]
    for (granularity, range) in [Granularity.perTensor, .perRow].flatMap({ part in ranges.map { (part, $0) } }) {
      let model = try Self.model(network, profile, granularity, range: range, seed: UInt64(index))
      var random = SeededGenerator(seed: 201, stream: UInt64(index))
      let count = 3
      let calls = [(-1.3, 0.7), (0.2, 1.0), (-2, -0.5)].map { random.floats(count * network.input.count, $0.0, $0.1) }
      let expected = try calls.map { try DynamicReference(model: model).outputs($0, count: count) }
      #expect(Set(expected[0]).count > 5, "the outputs are spread, so that a mistake would show")
      for compute in try Compute.all() {
        let engine = try QuantizedEngine(model, capacity: count, compute: compute)
        for (images, outputs) in zip(calls, expected) {
          #expect(bits(engine.logits(images, count: count)) == bits(outputs), "\(compute.kernels.instructionSet)")
        }
      }
    }
  }

  // With a scale for each image, its result hangs on nothing else: not on its neighbours, its place, or the batch.
  @Test(arguments: networks.indices, NumericProfile.allCases)
  func anImageIsAlone(_ index: Int, _ profile: NumericProfile) throws {
    let network = Self.networks[index]
    let model = try Self.model(network, profile, .perRow)
    var random = SeededGenerator(seed: 202)
    let size = network.input.count
    let images = (0..<70).map { _ in random.floats(size, -random.uniform(0.1, 3), random.uniform(0.1, 3)) }
    let all = try QuantizedEngine(model, capacity: 70, compute: Compute(threads: 2))
    let together = all.logits(images.flatMap { $0 }, count: 70)
    let single = try QuantizedEngine(model, capacity: 1, compute: Compute())
    let alone = images.flatMap { single.logits($0, count: 1) }
    #expect(bits(together) == bits(alone))
    let backwards = all.logits(images.reversed().flatMap { $0 }, count: 70)
    let classes = alone.count / 70
    #expect(bits(backwards) == bits((0..<70).reversed().flatMap { alone[$0 * classes..<($0 + 1) * classes] }))
  }

  // The counterpart: with one scale for the call, neighbours do matter, or the granularity would be ignored.
  @Test func aCallSharesItsScale() throws {
    let model = try Self.model(Self.networks[0], .octavo, .perTensor)
    var random = SeededGenerator(seed: 203)
    let (small, large) = (random.floats(84, -0.5, 0.5), random.floats(84, -50, 50))
    let engine = try QuantizedEngine(model, capacity: 2, compute: Compute())
    #expect(engine.logits(small, count: 1)[...] != engine.logits(small + large, count: 2)[..<3])
  }

  // Would catch a NaN that becomes the lowest integer without a word, and one that reaches the neighbours.
  @Test(arguments: [Float.nan, .infinity, -.infinity], NumericProfile.allCases)
  func whatHasNoScaleIsNaN(_ bad: Float, _ profile: NumericProfile) throws {
    var random = SeededGenerator(seed: 204)
    let images = random.floats(3 * 84)
    for granularity in [Granularity.perTensor, .perRow] {
      for compute in try Compute.all() {
        let model = try Self.model(Self.networks[0], profile, granularity)
        let engine = try QuantizedEngine(model, capacity: 3, compute: compute)
        let clean = engine.logits(images, count: 3)
        for place in [84, 100, 167] {
          var broken = images
          broken[place] = bad
          let found = engine.logits(broken, count: 3)
          #expect(found[3..<6].allSatisfy { $0.isNaN })
          if granularity == .perRow {
            #expect(found[..<3] == clean[..<3] && found[6...] == clean[6...])
          } else {
            #expect(found.allSatisfy { $0.isNaN })
          }
          #expect(bits(engine.logits(images, count: 3)) == bits(clean), "nothing is left behind")
        }
      }
    }
  }

  // 127 * 255 * 2 leaves 16 bits, 127 * 127 * 2 does not; PyTorch's engines let 128 to 255 through.
  @Test func pathsFollowFromTheProof() throws {
    func paths(_ profile: NumericProfile, _ high: Int32) throws -> Set<ProductPath> {
      let model = try Self.model(Self.networks[0], profile, .perTensor, range: IntegerRange(0, high))
      let engine = try QuantizedEngine(model, capacity: 1, compute: Compute())
      #expect(engine.proofs.keys.sorted() == ["l0", "l1", "l4", "l5"])
      return Set(engine.proofs.values.map(\.path))
    }
    #expect(try paths(.octavo, 127) == [.pairwise])
    #expect(try paths(.octavo, 255).contains(.wide) && paths(.fbgemm, 127).contains(.wide))
  }
}
