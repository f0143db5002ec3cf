import Evaluation
import Int8Linear
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// An int8 network that came in by a file of its own, beside the float network that was quantized.
@Suite("An int8 network and the float network that it was made of")
struct NetworkPairsTests {
  private static let network = Network(
    1, 6, 6,
    layers: [
      Layer("conv", .conv2d(Conv2d(out: 3, kernel: 3, stride: 2, padding: 1, relu: true))),
      Layer("pool", .maxPool2d(MaxPool2d(kernel: 2, stride: 2, ceil: true))), Layer("flat", .flatten),
      Layer("fc", .linear(Linear(out: 2, bias: false))),
    ])
  /// The same as a file says it: other names, no padding that no window reads, a bias.
  private static let foreign = Network(
    name: "quantized", input: network.input,
    layers: [
      Layer(
        "Conv_0",
        .conv2d(
          Conv2d(out: 3, kernel: 3, stride: 2, padding: Padding(top: 1, left: 1, bottom: 0, right: 0), relu: true))),
      Layer(
        "MaxPool_1",
        .maxPool2d(MaxPool2d(kernel: 2, stride: 2, padding: Padding(top: 0, left: 0, bottom: 1, right: 1)))),
      Layer("Flatten_2", .flatten), Layer("Gemm_3", .linear(Linear(out: 2))),
    ])
  private static let images = ImageSet(
    shape: [1, 6, 6], pixels: (0..<36 * 6).map { UInt8($0 * 29 % 256) }, labels: [0, 1, 1, 0, 1, 0])

  private func check(_ float: Network, _ int8: Network) throws {
    try FloatInt8Comparison.check(float, int8, Self.images)
  }

  /// The complaint of two networks.
  private func complaint(_ int8: Network) -> String? { line { try check(Self.network, int8) } }

  private func changed(_ network: Network = network, _ change: (inout Network) -> Void) -> Network {
    var network = network
    change(&network)
    return network
  }

  /// A model of `network` with tables that change a scale behind the pool and, the scores', behind the last layer.
  private func rescaled() throws -> QuantizedModel {
    let plain = try QuantizedModel(random: Self.network, profile: .octavo)
    func scaled(_ name: String, by factor: Float) throws -> QuantizationParameters {
      let old = try #require(plain.scales[name])
      return try QuantizationParameters(scale: old.scale * factor, zeroPoint: 3, range: old.range)
    }
    let (pooled, scores) = (try scaled("conv", by: 0.75), try scaled("fc", by: 1.5))
    let numbers = try #require(plain.layers["fc"]?.integer)
    let leaving = try #require(plain.scales["fc"])
    let fc = IntegerLayer(
      weight: numbers.weight, bias: numbers.bias,
      multipliers: (0..<2).map { (pooled.scale * numbers.weight.scale($0)) / leaving.scale })
    var network = Self.network
    network.layers.insert(Layer("pool.rescaled", .leakyReLU(LeakyReLU(slope: 1))), at: 2)
    network.layers.append(Layer("fc.rescaled", .leakyReLU(LeakyReLU(slope: 1))))
    return try QuantizedModel(
      network: network, profile: .octavo,
      scales: plain.scales.merging(["pool.rescaled": pooled, "fc.rescaled": scores]) { $1 },
      layers: plain.layers.merging(["fc": .integer(fc)]) { $1 })
  }

  // Would catch a table that is taken for a layer, one compared with what enters it rounded already, and a row of a
  // layer under another's name.
  @Test("a table that changes a scale alone is compared with the float layer whose values it rescales")
  func tables() throws {
    let float = try FloatEngine(FloatModel(random: Self.network), capacity: 6, compute: Compute())
    let int8 = try QuantizedEngine(rescaled(), capacity: 6, compute: Compute())
    let comparison = try FloatInt8Comparison(
      float: float, int8: int8, floatBytes: 4, int8Bytes: 1, images: Self.images, dataset: "mnist")
    #expect(comparison.network == Self.network)
    #expect(comparison.layers.map(\.name) == ["quant", "conv", "pool.rescaled", "fc", "fc.rescaled"])
    #expect(comparison.layers.map(\.kind) == ["input", "conv2d", "rescale", "linear", "rescale"])
    #expect(comparison.layers.map { $0.weight != nil } == [false, true, false, true, false])
    #expect(comparison.layers.map { $0.path != nil } == [false, true, false, true, false])
    Self.images.floats(0..<6).withUnsafeBufferPointer { pixels in
      _ = float.logits(pixels, count: 6)
      _ = int8.logits(pixels, count: 6)
    }
    for (row, source) in [(2, "pool"), (3, "fc"), (4, "fc")] {
      let name = comparison.layers[row].name
      let (exact, found) = (float.values(of: source, count: 6), int8.values(of: name, count: 6))
      #expect(
        comparison.layers[row].maxError == zip(exact, found).map { abs(Double($0) - Double($1)) }.max(), "\(name)")
    }
  }

  @Test("names, padding that no window reads and a bias make no other network; figures are under the float one's names")
  func names() throws {
    try check(Self.network, Self.foreign)
    let float = try FloatEngine(FloatModel(random: Self.network), capacity: 6, compute: Compute())
    let int8 = try QuantizedEngine(
      QuantizedModel(random: Self.foreign, profile: .octavo), capacity: 6, compute: Compute())
    let comparison = try FloatInt8Comparison(
      float: float, int8: int8, floatBytes: 4, int8Bytes: 1, images: Self.images, dataset: "mnist")
    #expect(comparison.layers.map(\.name) == ["quant", "conv", "fc"] && comparison.network == Self.network)
    #expect(comparison.layers[1].accumulatorBound == int8.proofs["Conv_0"]?.proof.accumulatorBound)
    #expect(comparison.layers[2].weightSQNR != nil)
  }

  /// A network of one linear layer and what is behind it, quantized; integers stand for `range` of a scale of 1/8.
  private func model(_ end: [Operation], range: IntegerRange) throws -> QuantizedModel {
    let network = Network(1, 6, 6, [.flatten, .linear(Linear(out: 2))] + end)
    let plain = try QuantizedModel(random: Network(1, 6, 6, [.flatten, .linear(Linear(out: 2))]), profile: .octavo)
    let numbers = try #require(plain.layers["l1"]?.integer)
    let entering = try #require(plain.scales["quant"])
    let leaving = try QuantizationParameters(scale: 0.125, zeroPoint: 0, range: range)
    let layer = IntegerLayer(
      weight: numbers.weight, bias: numbers.bias,
      multipliers: (0..<2).map { (entering.scale * numbers.weight.scale($0)) / leaving.scale })
    return try QuantizedModel(
      network: network, profile: .octavo, scales: ["quant": entering, "l1": leaving], layers: ["l1": .integer(layer)])
  }

  // ONNX Runtime leaves out what clamping does anyhow. Would catch a row that is compared with what enters the ReLU, and
  // a ReLU that passes for superfluous where integers below zero are in use.
  @Test(
    "an activation is left to integers that stand for nothing else",
    arguments: [
      (Operation.relu, IntegerRange(0, 255), true), (.relu, IntegerRange(-1, 127), false),
      (.relu6, IntegerRange(0, 48), true), (.relu6, IntegerRange(0, 49), false), (.relu6, IntegerRange(-1, 48), false),
      (.sigmoid, IntegerRange(0, 8), false),
    ])
  func activations(_ activation: Operation, _ range: IntegerRange, _ isSuperfluous: Bool) throws {
    let network = Network(1, 6, 6, [.flatten, .linear(Linear(out: 2)), activation])
    let int8 = try QuantizedEngine(model([], range: range), capacity: 6, compute: Compute())
    let float = try FloatEngine(FloatModel(random: network), capacity: 6, compute: Compute())
    func compare(_ float: FloatEngine) throws -> FloatInt8Comparison {
      try FloatInt8Comparison(
        float: float, int8: int8, floatBytes: 4, int8Bytes: 1, images: Self.images, dataset: "mnist")
    }
    guard isSuperfluous else {
      #expect(throws: EvaluationError.self) { try compare(float) }
      return
    }
    let comparison = try compare(float)
    #expect(comparison.layers.map(\.name) == ["quant", "l1"] && comparison.layers[1].weight != nil)
    Self.images.floats(0..<6).withUnsafeBufferPointer { pixels in
      _ = float.logits(pixels, count: 6)
      _ = int8.logits(pixels, count: 6)
    }
    let (exact, found) = (float.values(of: "l2", count: 6), int8.values(of: "l1", count: 6))
    #expect(exact != float.values(of: "l1", count: 6), "the activation changes something")
    #expect(comparison.layers[1].maxError == zip(exact, found).map { abs(Double($0) - Double($1)) }.max())
    guard activation == .relu else { return }
    let fused = Network(1, 6, 6, [.flatten, .linear(Linear(out: 2, relu: true))])
    let other = try compare(FloatEngine(FloatModel(random: fused), capacity: 6, compute: Compute()))
    #expect(other.layers.map(\.name) == ["quant", "l1"])
  }

  @Test("means whose padding does not count are the same, others are not")
  func means() throws {
    func network(_ pool: AveragePool2d) -> Network {
      Network(1, 6, 6, [.averagePool2d(pool), .flatten, .linear(Linear(out: 2))])
    }
    let ceil = network(AveragePool2d(kernel: 4, ceil: true))
    let told = Padding(top: 0, left: 0, bottom: 2, right: 2)
    try check(ceil, network(AveragePool2d(kernel: 4, padding: told, countIncludePad: false)))
    #expect(throws: EvaluationError.self) {
      try check(ceil, network(AveragePool2d(kernel: 4, padding: told, countIncludePad: true)))
    }
  }

  // One thing each: what computes otherwise is refused at the layer where it does.
  @Test("what computes something else is named, in one line")
  func differences() throws {
    let end = "; name the float model that was quantized, or convert this one again"
    func expected(_ float: String, _ int8: String) -> String {
      "expected both models to be of one network, found \(float) in the float model and \(int8) in the int8 model" + end
    }
    let fc = "'fc' (linear), which makes 2 features of 'flat'"
    let pool = "'pool' (maxPool2d 2x2, ceil), which makes 3x2x2 of 'conv'"
    #expect(
      complaint(changed { $0.layers[0].operation = .conv2d(Conv2d(out: 3, kernel: 3, stride: 2, padding: 1)) })
        == expected(
          "'conv' (conv2d 3x3, stride 2, padding 1, relu), which makes 3x3x3 of 'quant'",
          "'conv' (conv2d 3x3, stride 2, padding 1), which makes 3x3x3 of 'quant'"))
    #expect(
      complaint(changed { $0.layers[1].operation = .averagePool2d(AveragePool2d(kernel: 2, ceil: true)) })
        == expected(pool, "'pool' (averagePool2d 2x2, ceil), which makes 3x2x2 of 'conv'"))
    #expect(
      complaint(changed { $0.layers[3].operation = .linear(Linear(out: 3)) })
        == expected(fc, "'fc' (linear), which makes 3 features of 'flat'"))
    #expect(
      complaint(changed { $0.layers.append(Layer("more", .leakyReLU(LeakyReLU(slope: 0.5)))) })
        == expected("no further layer", "'more' (leakyRelu, slope 0.5), which makes 2 features of 'fc'"))
    #expect(complaint(changed { $0.layers.removeLast() }) == expected(fc, "no further layer"))
    #expect(
      complaint(changed { $0.normalization = PixelNormalization(mean: [0.5], std: [0.25]) })
        == expected("images of 1x6x6, not normalized", "images of 1x6x6, mean [0.5], std [0.25]"))
  }

  @Test("a layer that reads another value is another layer")
  func sources() throws {
    func network(_ read: [String]) -> Network {
      Network(
        1, 6, 6,
        layers: [
          Layer("a", .conv2d(Conv2d(out: 1, kernel: 1))), Layer("b", .conv2d(Conv2d(out: 1, kernel: 1))),
          Layer("c", .conv2d(Conv2d(out: 1, kernel: 1))), Layer("sum", .add(Add()), inputs: read),
          Layer("last", .add(Add()), inputs: ["sum", "a"]), Layer("flat", .flatten),
          Layer("fc", .linear(Linear(out: 2))),
        ])
    }
    try check(network(["c", "b"]), network(["c", "b"]))
    #expect(
      line { try check(network(["c", "b"]), network(["c", "a"])) }?.contains(
        "'sum' (add), which makes 1x6x6 of 'c' and 'b' in the float model and 'sum' (add), which makes 1x6x6 of 'c' and 'a' "
          + "in the int8 model") == true)
  }

  // Random weights of one network are as far from each other as they are from nothing; rounded ones are near.
  @Test("weights that are not the float model's are warned of")
  func foreignWeights() throws {
    let model = try FloatModel(random: Self.network)
    func warning(_ int8: QuantizedModel) throws -> String? {
      try FloatInt8Comparison(
        float: FloatEngine(model, capacity: 6, compute: Compute()),
        int8: QuantizedEngine(int8, capacity: 6, compute: Compute()), floatBytes: 4, int8Bytes: 1, images: Self.images,
        dataset: "mnist"
      ).warning
    }
    let plain = try QuantizedModel(random: Self.network, profile: .octavo)
    let found = try #require(try warning(plain))
    #expect(found.hasPrefix("no weight of the int8 model is near the float model's") && found.isOneLine)
    let weight = try #require(model.parameters["fc.weight"]?.f32)
    let numbers = try #require(plain.layers["fc"]?.integer)
    let near = (0..<weight.count).map { index -> Int8 in
      let scale = numbers.weight.scale(index / numbers.weight.inner)
      return Int8(max(-127, min(127, (weight[index] / scale).rounded())))
    }
    let layer = IntegerLayer(
      weight: QuantizedWeight(
        integers: near, shape: numbers.weight.shape, scales: numbers.weight.scales, range: numbers.weight.range),
      bias: numbers.bias, multipliers: numbers.multipliers)
    let one = try QuantizedModel(
      network: Self.network, profile: .octavo, scales: plain.scales,
      layers: plain.layers.merging(["fc": .integer(layer)]) { $1 })
    #expect(try warning(one) == nil)
  }
}
