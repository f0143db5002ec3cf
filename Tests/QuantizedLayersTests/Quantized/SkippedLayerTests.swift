import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct SkippedLayerTests {
  static let network = Network(
    1, 9, 8,
    [
      .conv2d(Conv2d(out: 5, kernel: 3, padding: 1, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)),
      .conv2d(Conv2d(out: 17, kernel: 3, padding: 2)), .relu, .flatten, .linear(Linear(out: 19, relu: true)),
      .linear(Linear(out: 10)),
    ])

  /// A static model of random integers, some of whose layers stay float, with the weights that the integers stood for.
  static func model(skipping skipped: Set<String>, _ profile: NumericProfile = .octavo) throws -> QuantizedModel {
    let base = try QuantizedModel(random: network, profile: profile, seed: 9)
    var layers = base.layers
    let scaled = try LoweredNetwork(
      network,
      arithmetic: Dictionary(
        uniqueKeysWithValues: layers.keys.filter { !skipped.contains($0) }.map { ($0, .integer) })
    ).scaledNames
    var random = SeededGenerator(seed: 301)
    for name in network.layerNames where skipped.contains(name) {
      guard let weight = base.layers[name]?.quantizedWeight else { continue }
      layers[name] = .float(
        FloatLayer(weight: .f32(Tensor(weight.shape, weight.dequantized)), bias: random.floats(weight.out)))
    }
    return try QuantizedModel(
      network: network, profile: profile, scales: base.scales.filter { scaled.contains($0.key) }, layers: layers)
  }

  /// Each layer by an engine of its own, in integers or in floats, with real numbers in between. An integer's real number
  /// gives that integer again, so nothing is lost on the way.
  private func composition(_ model: QuantizedModel, _ images: [Float], count: Int) throws -> [Float] {
    func rounded(_ x: [Float], _ parameters: QuantizationParameters?) throws -> [Float] {
      guard let parameters else { return x }
      let clamp = model.profile == .octavo ? parameters.range : IntegerRange(0, 255)
      let wide = try QuantizationParameters(scale: parameters.scale, zeroPoint: parameters.zeroPoint, range: clamp)
      return x.map { wide.dequantize(wide.quantize($0, rule: model.profile.scalingRule)) }
    }
    var x = try rounded(images, model.scales[Network.inputName])
    let shapes = try model.network.shapes()
    for (index, layer) in model.network.layers.enumerated() where layer.operation != .flatten {
      var layers = [layer]
      if case .linear = layer.operation { layers.insert(Layer("vector", .flatten), at: 0) }
      let alone = Network(name: "Alone", input: shapes[index].image, layers: layers)
      if let integer = model.layers[layer.name], integer.integer != nil {
        var scales = [Network.inputName: try #require(model.flow[index])]
        scales[layer.name] = model.scales[layer.name]
        let part = try QuantizedModel(
          network: alone, profile: model.profile, scales: scales, layers: [layer.name: integer])
        x = try QuantizedEngine(part, capacity: count, compute: Compute(.scalar)).logits(x, count: count)
      } else {
        var parameters: [String: Tensor] = [:]
        if let real = model.layers[layer.name]?.float, case .f32(let weight) = real.weight {
          parameters["\(layer.name).weight"] = weight
          parameters["\(layer.name).bias"] = real.bias.map { Tensor([$0.count], $0) }
        }
        let part = try FloatModel(network: alone, parameters: parameters)
        x = try FloatEngine(part, capacity: count, compute: Compute(.scalar)).logits(x, count: count)
        x = try rounded(x, model.scales[layer.name])
      }
    }
    return x
  }

  // Would catch integers that a float layer takes for numbers, a scale from before the layer, and a skip at an end.
  @Test(
    arguments: [["l0"], ["l2"], ["l5"], ["l6"], ["l0", "l6"], ["l0", "l2"], ["l2", "l5"], ["l5", "l6"]],
    NumericProfile.allCases)
  func skippedLayersAreAComposition(_ skipped: [String], _ profile: NumericProfile) throws {
    let model = try Self.model(skipping: Set(skipped), profile)
    var random = SeededGenerator(seed: 302)
    let images = random.floats(5 * 72, -1.2, 1.2)
    let expected = try composition(model, images, count: 5)
    #expect(Set(expected).count > 5)
    for compute in try Compute.all() {
      let engine = try QuantizedEngine(model, capacity: 5, compute: compute)
      #expect(bits(engine.logits(images, count: 5)) == bits(expected), "\(compute.kernels.instructionSet)")
      #expect(Set(engine.proofs.keys) == Set(model.layers.keys).subtracting(skipped))
    }
  }

  // Would catch a weight under another channel's scale: real numbers flow, and every one is that of the float engine.
  @Test func weightOnlyIsTheFloatEngine() throws {
    let base = try QuantizedModel(random: Self.network, profile: .octavo, seed: 11)
    var random = SeededGenerator(seed: 303)
    var (layers, parameters): ([String: QuantizedLayer], [String: Tensor]) = ([:], [:])
    for (name, layer) in base.layers.sorted(by: { $0.key < $1.key }) {
      let weight = try #require(layer.quantizedWeight)
      let bias = random.floats(weight.out)
      layers[name] = .float(FloatLayer(weight: .s8(weight), bias: bias))
      let values = weight.integers.enumerated().map { index, integer -> Float in
        Float(integer) * weight.scales[weight.scales.count == 1 ? 0 : index / (weight.integers.count / weight.shape[0])]
      }
      parameters["\(name).weight"] = Tensor(weight.shape, values)
      parameters["\(name).bias"] = Tensor([bias.count], bias)
    }
    let model = try QuantizedModel(
      network: Self.network, type: .weightOnly, profile: .octavo, scales: [:], layers: layers)
    let images = random.floats(5 * 72)
    let float = try FloatEngine(
      FloatModel(network: Self.network, parameters: parameters), capacity: 5, compute: Compute(.scalar))
    let expected = float.logits(images, count: 5)
    for compute in try Compute.all() {
      let engine = try QuantizedEngine(model, capacity: 5, compute: compute)
      #expect(bits(engine.logits(images, count: 5)) == bits(expected))
      #expect(engine.proofs.isEmpty)
      for name in Self.network.layerNames {
        #expect(bits(engine.values(of: name, count: 5)) == bits(float.values(of: name, count: 5)), "\(name)")
      }
    }
  }

  // Signed integers stand for the same numbers: all that shows is the zero point. -64...63 is the signed reduced range.
  @Test(arguments: [(255, 128), (127, 64), (127, 128)] as [(Int32, Int32)])
  func signedActivationsAreShifted(_ inputMax: Int32, _ shift: Int32) throws {
    let base = try QuantizedModel(random: Self.network, profile: .octavo, inputMax: inputMax, seed: 12)
    let model = try QuantizedModel(
      network: Self.network, profile: .octavo, scales: base.scales.mapValues { $0.shifted(by: -shift) },
      layers: base.layers)
    var random = SeededGenerator(seed: 304)
    let images = random.floats(5 * 72, -1.3, 1.3)
    let integers = try IntegerReference(model: model).integers(images, count: 5)
    let unsigned = try QuantizedEngine(base, capacity: 5, compute: Compute(.scalar)).logits(images, count: 5)
    for compute in try Compute.all() {
      let engine = try QuantizedEngine(model, capacity: 5, compute: compute)
      #expect(engine.logits(images, count: 5) == unsigned)
      for (name, expected) in zip([Network.inputName] + Self.network.layerNames, integers) {
        #expect(engine.integers(of: name, count: 5).map { Int64($0) - 128 } == expected, "\(name)")
      }
    }
  }
}
