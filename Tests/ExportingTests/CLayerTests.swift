import Exporting
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// Each operation at its corners, in networks that a person wrote.
@Suite(.enabled(if: !CCompiler.all.isEmpty, Comment(rawValue: CCompiler.absence)))
struct CLayerTests {
  private func pixels(_ network: Network, images: Int, seed: UInt64 = 9) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return random.integers(images * network.input.count, 0...255 as ClosedRange<UInt8>)
  }

  private func expectTheEngines(_ subjects: [CModelRun.Subject], by instructions: CInstructions = .none) throws {
    let run = try CModelRun(subjects)
    let compiler = try #require(CCompiler.all.first)
    try run.expectTheEngines(run.answers(compiler, flags: ["-O0"] + compiler.sanitizers + instructions.flags))
  }

  private static let products: [Network] = [
    // A window that lies in the padding alone, on either side, with and without other channels beside a tap.
    Network(
      3, 4, 3, [.conv2d(Conv2d(out: 5, kernel: Pair(1, 2), padding: Padding(top: 3, left: 4, bottom: 2, right: 5)))]),
    Network(
      3, 4, 3, [.conv2d(Conv2d(out: 5, kernel: 2, padding: Padding(top: 4, left: 3, bottom: 3, right: 4), dilation: 3))]
    ),
    // Strides that leave rows and columns over, dilation along one side.
    Network(2, 9, 7, [.conv2d(Conv2d(out: 3, kernel: Pair(3, 2), stride: Pair(3, 2), dilation: Pair(2, 1)))]),
    Network(
      2, 9, 7, [.conv2d(Conv2d(out: 3, kernel: Pair(2, 3), stride: Pair(1, 4), padding: 1, dilation: Pair(1, 3)))]),
    // Groups: some channels each, one output each, one input and several outputs, depthwise.
    Network(6, 5, 5, [.conv2d(Conv2d(out: 4, kernel: 3, padding: 1, groups: 2, relu: true))]),
    Network(6, 5, 5, [.conv2d(Conv2d(out: 3, kernel: 2, groups: 3))]),
    Network(3, 5, 5, [.conv2d(Conv2d(out: 6, kernel: 3, padding: 2, dilation: 2, groups: 3))]),
    Network(
      4, 6, 5, [.conv2d(Conv2d(out: 4, kernel: Pair(3, 1), stride: Pair(2, 1), padding: 1, groups: 4, relu: true))]),
    Network(4, 6, 5, [.conv2d(Conv2d(out: 4, kernel: 3, groups: 4))]),
    // One pixel, one channel; a kernel as large as its image; a vector whose order is that of channels.
    Network(1, 1, 1, [.conv2d(Conv2d(out: 1, kernel: 1)), .flatten, .linear(Linear(out: 1))]),
    Network(3, 4, 5, [.conv2d(Conv2d(out: 7, kernel: Pair(4, 5))), .flatten, .linear(Linear(out: 300))]),
    Network(3, 4, 5, [.flatten, .linear(Linear(out: 6, relu: true)), .linear(Linear(out: 3))]),
    // A kernel of several images' classes: scores in PyTorch's order.
    Network(2, 5, 4, [.conv2d(Conv2d(out: 3, kernel: 2, relu: true))]),
    Network(2, 5, 4, [.conv2d(Conv2d(out: 3, kernel: 2)), .relu, .maxPool2d(MaxPool2d(kernel: 2)), .relu, .flatten]),
  ]

  // Weights of all of s8, sums of more than 24 bits' worth of bias, signed bytes and odd zero points.
  @Test(arguments: CInstructions.allCases) func productsGiveTheEnginesIntegers(_ instructions: CInstructions) throws {
    var subjects: [CModelRun.Subject] = []
    for (index, network) in Self.products.enumerated() {
      for seed in 1...2 as ClosedRange<UInt64> {
        let model = try QuantizedModel(
          random: network, profile: seed == 1 ? .octavo : .qnnpack, weightMax: 127, seed: seed + UInt64(index))
        subjects.append(.init(name: "\(network.json)", model: model, pixels: pixels(network, images: 3)))
      }
      let products = network.productNames
      let input: QuantizationParameters = try index % 2 == 0 ? .s8(0.031, -77) : .u8(0.031, 201)
      var scales = [Network.inputName: input]
      for name in products { scales[name] = try index % 3 == 0 ? .s8(1.7, 33) : .u8(1.3, 111) }
      let model = try QuantizedModel(network, scales: scales, bias: 200_000, seed: UInt64(index))
      subjects.append(.init(name: "\(network.json), given scales", model: model, pixels: pixels(network, images: 3)))
    }
    try expectTheEngines(subjects, by: instructions)
  }

  // Multipliers from the least to the greatest, powers of two among them; sums of up to 31 bits; ties.
  @Test func multipliersOfAnySizeGiveTheEnginesIntegers() throws {
    let network = Network(1, 8, 8, [.flatten, .linear(Linear(out: 252))])
    let subjects = try [0, 100, 1 << 22, 1 << 25, 2_140_000_000].map { bias in
      var random = SeededGenerator(seed: UInt64(bias))
      let scales = (0..<252).map { Float(sign: .plus, exponent: $0 - 126, significand: random.below(3) == 0 ? 1.5 : 1) }
      let odd = scales.map { random.below(2) == 0 ? $0 : $0 * Float(random.uniform(1, 1.9)) }
      let model = try QuantizedModel(
        network, scales: [Network.inputName: .u8(1, 128), "l1": .u8(1, 100)], weightScales: ["l1": odd],
        bias: Int32(bias), seed: UInt64(bias) + 1)
      return CModelRun.Subject(name: "bias \(bias)", model: model, pixels: pixels(network, images: 16))
    }
    try expectTheEngines(subjects)
  }

  // Every window and rounding of pools: padding counted or not, windows cut off at the end, ties to both sides.
  @Test func poolsGiveTheEnginesIntegers() throws {
    let pools: [Networks.Operation] = [
      .maxPool2d(MaxPool2d(kernel: Pair(3, 2), stride: Pair(2, 3), padding: 1, ceil: true)),
      .maxPool2d(MaxPool2d(kernel: 2)), .maxPool2d(MaxPool2d(kernel: 3, stride: 1)),
      .maxPool2d(MaxPool2d(kernel: Pair(4, 2), stride: 3, padding: Padding(top: 2, left: 0, bottom: 1, right: 1))),
      .averagePool2d(AveragePool2d(kernel: 2)), .averagePool2d(AveragePool2d()),
      .averagePool2d(AveragePool2d(kernel: Pair(2, 4), stride: Pair(1, 2), padding: Padding(Pair(1, 2)))),
      .averagePool2d(AveragePool2d(kernel: 2, stride: 3, padding: 1, ceil: true)),
      .averagePool2d(AveragePool2d(kernel: 3, stride: 2, padding: 1, ceil: true, countIncludePad: false)),
      .averagePool2d(AveragePool2d(kernel: Pair(1, 6), padding: Padding(top: 0, left: 3, bottom: 0, right: 0))),
    ]
    var subjects: [CModelRun.Subject] = []
    for (index, pool) in pools.enumerated() {
      for zeroPoint in [0, 1, 128, 255] as [Int32] {
        let network = Network(3, 8, 7, [pool, .flatten, .linear(Linear(out: 2))])
        let input: QuantizationParameters =
          try index % 2 == 0 ? .u8(1 / 255, zeroPoint) : .s8(1 / 255, zeroPoint - 128)
        let profile = index % 2 == 0 && zeroPoint > 1 ? NumericProfile.qnnpack : .octavo
        let model = try QuantizedModel(
          network, scales: [Network.inputName: input, "l2": .u8(0.4, 90)], profile: profile)
        subjects.append(.init(name: "\(network.json), \(input)", model: model, pixels: pixels(network, images: 3)))
      }
    }
    try expectTheEngines(subjects)
  }

  // Signed bytes through every operation, at scales that were calibrated.
  @Test func signedActivationsGiveTheEnginesIntegers() throws {
    let subjects = try (1...6).map { seed in
      let network = try Network(randomGraph: UInt64(seed))
      let images = ImageSet.random(3, of: network, seed: UInt64(seed))
      var scheme = QuantizationScheme.plain(batchSize: 3)
      scheme.activations?.dtype = .s8
      scheme.activations?.range = seed % 2 == 0 ? IntegerRange(-128, 127) : IntegerRange(-64, 63)
      let model = try QuantizedModel.graph(network, scheme: scheme, images: images)
      return CModelRun.Subject(name: "graph \(seed), s8", model: model, pixels: images.pixels)
    }
    try expectTheEngines(subjects)
  }
}

extension Padding {
  /// Rows and columns.
  fileprivate init(_ both: Pair) {
    self.init(top: both.height, left: both.width, bottom: both.height, right: both.width)
  }
}
