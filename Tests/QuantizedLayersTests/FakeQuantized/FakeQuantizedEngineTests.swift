import Foundation
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct FakeQuantizedEngineTests {
  private let network = Network(1, 2, 3, [.flatten, .linear(Linear(out: 5, relu: true)), .linear(Linear(out: 3))])
  private let images: [Float] = (0..<24).map { Float(($0 * 37) % 23) / 23 - 0.2 }
  private let labels: [UInt8] = [0, 2, 1, 2]

  private func scheme(_ observer: ObserverKind, _ weights: ObserverKind = .minMax) -> QuantizationScheme {
    var scheme = QuantizationScheme.plain(.qat)
    scheme.activations?.observer = observer
    scheme.weights.observer = weights
    return scheme
  }

  private func engine(
    _ scheme: QuantizationScheme, network: Network? = nil, compute: Compute? = nil, capacity: Int = 4
  ) throws -> FakeQuantizedEngine {
    let network = network ?? self.network
    let names = try scheme.lowered(network).scaledNames
    return try FakeQuantizedEngine(
      FusedModel(fusing: FloatModel(random: network, seed: 11)), scheme: scheme,
      activations: Dictionary(uniqueKeysWithValues: names.map { ($0, scheme.activations(of: $0)) }), capacity: capacity,
      forTraining: true, compute: compute ?? Compute())
  }

  @discardableResult
  private func train(_ engine: FakeQuantizedEngine, _ images: [Float], _ labels: [UInt8]) -> Double {
    images.withUnsafeBufferPointer { images in
      labels.withUnsafeBufferPointer { engine.train(images, labels: $0, count: labels.count).loss }
    }
  }

  /// A step of two linear layers as PyTorch's fake quantization has it, in real numbers and in double.
  private struct Oracle {
    struct Rounded {
      let (real, passes): ([Double], [Bool])
      init(_ values: [Double], _ p: (Int) -> QuantizationParameters) {
        let q = values.indices.map { (values[$0] / Double(p($0).scale)).rounded(.toNearestOrEven) }
        let ends = values.indices.map {
          (Double(p($0).range.low - p($0).zeroPoint), Double(p($0).range.high - p($0).zeroPoint))
        }
        real = q.indices.map { min(max(q[$0], ends[$0].0), ends[$0].1) * Double(p($0).scale) }
        passes = q.indices.map { q[$0] >= ends[$0].0 && q[$0] <= ends[$0].1 }
      }
    }
    var (weight, bias, loss): ([[Double]], [[Double]], Double) = ([], [], 0)

    /// - Parameter records: the scales of quant, l1 and l2, which the tests of the scales look after.
    init(_ model: FloatModel, _ records: [String: ActivationRecord], _ images: [Float], _ labels: [UInt8]) throws {
      let sizes = [6, 5, 3]
      func parameters(_ name: String) throws -> QuantizationParameters { try #require(records[name]).parameters }
      let grids = [try parameters("quant"), try parameters("l1"), try parameters("l2")]
      let weights = try (0..<2).map { layer -> (Rounded, [Double], [Double]) in
        let values = model.values("l\(layer + 1).weight")
        let inner = sizes[layer]
        let scales = try (0..<sizes[layer + 1]).map { out in
          let row = values[out * inner..<(out + 1) * inner]
          return try QuantizationParameters(
            covering: ObservedRange(low: row.min() ?? 0, high: row.max() ?? 0), symmetry: .symmetric,
            range: IntegerRange(-127, 127), least: 0x1p-23)
        }
        let bias = model.values("l\(layer + 1).bias").enumerated().map { channel, bias in
          let step = Double(grids[layer].scale * scales[channel].scale)
          return (Double(bias) / step).rounded(.toNearestOrEven) * step
        }
        return (Rounded(values.map(Double.init)) { scales[$0 / inner] }, bias, values.map(Double.init))
      }
      weight = sizes.indices.dropFirst().map { [Double](repeating: 0, count: sizes[$0] * sizes[$0 - 1]) }
      bias = sizes.dropFirst().map { [Double](repeating: 0, count: $0) }
      for (image, label) in labels.enumerated() {
        var flow = [Rounded(images[image * 6..<image * 6 + 6].map(Double.init)) { _ in grids[0] }]
        var positive: [[Bool]] = []
        for layer in 0..<2 {
          var sums = (0..<sizes[layer + 1]).map { out in
            (0..<sizes[layer]).reduce(weights[layer].1[out]) {
              $0 + weights[layer].0.real[out * sizes[layer] + $1] * flow[layer].real[$1]
            }
          }
          positive.append(sums.map { layer == 1 || $0 > 0 })
          if layer == 0 { sums = sums.map { max($0, 0) } }
          flow.append(Rounded(sums) { _ in grids[layer + 1] })
        }
        let exponentials = flow[2].real.map { exp($0) }
        let total = exponentials.reduce(0, +)
        loss -= log(exponentials[Int(label)] / total)
        var gradient = exponentials.indices.map { (exponentials[$0] / total - ($0 == Int(label) ? 1 : 0)) / 4 }
        for layer in [1, 0] {
          for out in gradient.indices where !flow[layer + 1].passes[out] || !positive[layer][out] { gradient[out] = 0 }
          var next = [Double](repeating: 0, count: sizes[layer])
          for out in gradient.indices {
            bias[layer][out] += gradient[out]
            for k in 0..<sizes[layer] {
              let at = out * sizes[layer] + k
              if weights[layer].0.passes[at] { weight[layer][at] += gradient[out] * flow[layer].real[k] }
              next[k] += gradient[out] * weights[layer].0.real[at]
            }
          }
          gradient = next
        }
      }
    }
  }

  /// A parameter's gradient in PyTorch's order: that of a linear layer's panel of 16 outputs.
  private func gradient(_ parameter: Parameter, out: Int, inner: Int) -> [Double] {
    (0..<out * inner).map { Double(parameter.gradient.pointer[$0 % inner * 16 + $0 / inner]) }
  }

  // Twenty float operations at most lie between a gradient and its doubles: 2^-18 of the largest is room for them.
  @Test func gradientsPassStraightThrough() throws {
    let engine = try engine(scheme(.minMax))
    let loss = train(engine, images, labels)
    let oracle = try Oracle(engine.model(), engine.activationRecords(), images, labels)
    #expect(abs(loss - oracle.loss) < 1e-5)
    let parameters = engine.parameters
    for (layer, (out, inner)) in [(5, 6), (3, 5)].enumerated() {
      let found =
        gradient(parameters[2 * layer], out: out, inner: inner)
        + (0..<out).map { Double(parameters[2 * layer + 1].gradient.pointer[$0]) }
      let expected = oracle.weight[layer] + oracle.bias[layer]
      let largest = expected.map { abs($0) }.max() ?? 0
      #expect(largest > 0.01)
      for (found, expected) in zip(found, expected) { #expect(abs(found - expected) <= largest * 0x1p-18) }
    }
  }

  // Would catch values beyond a frozen range that still move weights.
  @Test func gradientsStopAtTheClamp() throws {
    let engine = try engine(scheme(.minMax))
    train(engine, images.map { $0 / 8 }, labels)
    engine.areScalesFrozen = true
    train(engine, images, labels)
    let oracle = try Oracle(engine.model(), engine.activationRecords(), images, labels)
    let found = gradient(engine.parameters[0], out: 5, inner: 6)
    let largest = oracle.weight[0].map(abs).max() ?? 0
    for (found, expected) in zip(found, oracle.weight[0]) {
      #expect(abs(found - expected) <= max(largest, 0.01) * 0x1p-18)
    }
  }

  @Test func scalesFollowTheirObserverUntilFrozen() throws {
    for (observer, constant) in [(ObserverKind.minMax, Float(1)), (.movingAverageMinMax, 0.01)] {
      let engine = try engine(scheme(observer))
      train(engine, images, labels)
      let (low, high) = (try #require(images.min()), try #require(images.max()))
      #expect(try engine.activationRecords()["quant"]?.observed == ObservedRange(low: low, high: high))
      train(engine, images.map { 2 * $0 }, labels)
      let second = ObservedRange(low: low + constant * (2 * low - low), high: high + constant * (2 * high - high))
      #expect(try engine.activationRecords()["quant"]?.observed == second)
      engine.areScalesFrozen = true
      let before = try engine.activationRecords()
      train(engine, images.map { 3 * $0 }, labels)
      #expect(try engine.activationRecords() == before)
    }
  }

  // Adam moves every factor whose gradient is not zero; observed scales have none.
  @Test func learnedScalesHaveGradients() throws {
    let learned = try engine(scheme(.learned, .learned))
    train(learned, images, labels)
    // l1 and l2: weight, bias, a factor for each channel; then one for quant, l1 and l2 each.
    #expect(learned.parameters.map(\.values.count) == [96, 5, 5, 80, 3, 3, 1, 1, 1])
    for index in [2, 5, 6, 7, 8] {
      #expect(learned.parameters[index].values.buffer.allSatisfy { $0 == 1 })
      #expect(learned.parameters[index].gradient.buffer.contains { $0 != 0 && $0.isFinite }, "parameter \(index)")
    }
    #expect(learned.learnedWeightScales.keys.sorted() == ["l1", "l2"])
    let observed = try engine(scheme(.minMax))
    #expect(observed.parameters.count == 4 && observed.learnedWeightScales.isEmpty)
    // A factor of 2 doubles a scale.
    let before = try #require(try learned.activationRecords()["l1"]).parameters.scale
    learned.parameters[7].values.pointer[0] = 2
    #expect(try learned.activationRecords()["l1"]?.parameters.scale == 2 * before)
  }

  // Would catch a float layer among rounded ones that lets no gradient through, or an old weight's. Rounding to 7 bits
  // moves a gradient by a few hundredths of the largest; a tenth is room for it.
  @Test(arguments: [1, 3]) func gradientsPassThroughFloatLayers(_ padding: Int) throws {
    let network = Network(
      1, 8, 8,
      [
        .conv2d(Conv2d(out: 8, kernel: 3, padding: 1)), .conv2d(Conv2d(out: 8, kernel: 3, padding: padding)), .flatten,
        .linear(Linear(out: 3)),
      ])
    var random = SeededGenerator(seed: 6)
    let images = random.floats(64 * 4)
    var scheme = scheme(.minMax)
    scheme.layers = ["l0": LayerOverride(skip: true), "l1": LayerOverride(skip: true)]
    let rounded = try engine(scheme, network: network)
    train(rounded, images, labels)
    let float = try FloatEngine(
      FloatModel(random: network, seed: 11), capacity: 4, forTraining: true, compute: Compute())
    float.train(images, labels: labels)
    let (found, expected) = (rounded.parameters[0].gradient.buffer, float.parameters[0].gradient.buffer)
    let largest = expected.reduce(0) { max($0, abs($1)) }
    #expect(largest > 0.01)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 0.1 * largest })
  }

  /// Convolutions with stride and padding, once past the kernel, a pool, a layer that stays float.
  @Test func bitsDependOnNeitherThreadsNorInstructionSet() throws {
    let network = Network(
      1, 8, 7,
      [
        .conv2d(Conv2d(out: 5, kernel: 3, padding: 1, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)),
        .conv2d(Conv2d(out: 18, kernel: 2, stride: 2, padding: 3, relu: true)), .flatten,
        .linear(Linear(out: 9, relu: true)),
        .linear(Linear(out: 3)),
      ])
    var random = SeededGenerator(seed: 4)
    let images = random.floats(56 * 20)
    let labels = random.integers(20, 0...2 as ClosedRange<UInt8>)
    for skipped in ["l0", "l4"] {
      var scheme = scheme(.learned, .learned)
      scheme.layers = [skipped: LayerOverride(skip: true)]
      let results = try Compute.all().map { compute in
        let engine = try engine(scheme, network: network, compute: compute, capacity: 20)
        let loss = train(engine, images, labels)
        return [loss.bitPattern] + engine.parameters.flatMap { bits(Array($0.gradient.buffer)).map(UInt64.init) }
      }
      #expect(results.allSatisfy { $0 == results[0] })
      #expect(Set(results[0]).count > 100)
    }
  }

  // Would catch numbers that are no numbers and turn into the lowest integer without a word.
  @Test func aDivergenceShowsInTheLoss() throws {
    let engine = try engine(scheme(.minMax))
    engine.parameters[0].values.pointer[0] = .nan
    #expect(train(engine, images, labels).isNaN)
  }
}
