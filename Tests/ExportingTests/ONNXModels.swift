import Exporting
import Kernels
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors

/// How a test quantizes: whose rules, which activations, how large weights.
struct Quantizing: Sendable, CustomStringConvertible {
  let profile: NumericProfile
  let dtype: DType
  let range: IntegerRange
  let weights: IntegerRange

  /// Every kind that a runtime could get wrong by itself.
  static let all = [
    Quantizing(profile: .octavo, dtype: .u8, range: IntegerRange(0, 127), weights: IntegerRange(-127, 127)),
    Quantizing(profile: .octavo, dtype: .u8, range: IntegerRange(0, 255), weights: IntegerRange(-63, 63)),
    Quantizing(profile: .octavo, dtype: .u8, range: IntegerRange(0, 255), weights: IntegerRange(-127, 127)),
    Quantizing(profile: .octavo, dtype: .s8, range: IntegerRange(-128, 127), weights: IntegerRange(-63, 63)),
    Quantizing(profile: .octavo, dtype: .s8, range: IntegerRange(-64, 63), weights: IntegerRange(-127, 127)),
    Quantizing(profile: .qnnpack, dtype: .u8, range: IntegerRange(0, 255), weights: IntegerRange(-63, 63)),
    Quantizing(profile: .qnnpack, dtype: .u8, range: IntegerRange(0, 127), weights: IntegerRange(-127, 127)),
    Quantizing(profile: .octavo, dtype: .s8, range: IntegerRange(-128, 127), weights: IntegerRange(-127, 127)),
  ]

  var description: String { "\(profile) \(dtype.rawValue) \(range) x \(weights)" }

  /// A network with random weights, calibrated on some images.
  func model(_ network: Network, _ images: ImageSet) throws -> QuantizedModel {
    var scheme = QuantizationScheme.plain(profile: profile, batchSize: images.count)
    scheme.activations = TensorScheme(
      dtype: dtype, symmetry: .affine, granularity: .perTensor, range: range, observer: .minMax)
    scheme.weights.range = weights
    return try Convert.convert(
      Calibrate.calibrate(FloatModel(random: network), scheme: scheme, images: images, compute: Compute())
    ).model
  }
}

extension Network {
  /// The layers whose values are not called as they are in a file.
  fileprivate var unnamed: [String] {
    layers.filter { layer in
      if case .dropout = layer.operation { return true }
      return layer.name == "input" || layer.name.hasPrefix("scores") || layer.name == "quant.scale"
    }.map(\.name)
  }

  /// What random graphs do not draw.
  static var special: [(name: String, network: Network)] {
    var ties = Network(2, 16, 16, [.conv2d(Conv2d(out: 2, kernel: 1))])
    ties.normalization = PixelNormalization(mean: [0.5], std: [0.5, 0.25])
    let scores = [Layer("flat", .flatten), Layer("scores_quantized", .linear(Linear(out: 3))), Layer("end", .softmax)]
    func average(_ countsPadding: Bool) -> Operation {
      .averagePool2d(
        AveragePool2d(
          kernel: Pair(3, 2), stride: 2, padding: Padding(top: 1, left: 1, bottom: 0, right: 1), ceil: true,
          countIncludePad: countsPadding))
    }
    return [
      ("ties", ties),
      ("means", Network(3, 8, 7, [.conv2d(Conv2d(out: 5, kernel: 3, relu: true)), .averagePool2d(AveragePool2d())])),
      ("padding counts", Network(2, 8, 8, [average(true), .conv2d(Conv2d(out: 2, kernel: 3))])),
      ("padding does not", Network(2, 8, 8, [average(false), .conv2d(Conv2d(out: 2, kernel: 3))])),
      (
        "vectors",
        Network(
          1, 4, 4,
          [
            .flatten, .flatten, .linear(Linear(out: 6, relu: true)), .batchNorm1d(BatchNorm1d(relu: true)),
            .dropout(Dropout()), .leakyReLU(LeakyReLU(slope: -0.5)), .relu, .softmax,
          ])
      ),
      (
        "joined",
        Network(
          2, 5, 5,
          layers: [
            Layer("pool", .maxPool2d(MaxPool2d(kernel: Pair(3, 3), stride: 1, padding: 1))),
            Layer("same", .concat, inputs: [Network.inputName, "pool"]),
            Layer("conv", .conv2d(Conv2d(out: 2, kernel: 1, bias: false))), Layer("a", .flatten, inputs: ["same"]),
            Layer("b", .flatten, inputs: ["conv"]), Layer("join", .concat, inputs: ["a", "b"]),
            Layer("drop", .dropout(Dropout())),
          ])
      ),
      (
        "names",
        Network(
          1, 6, 6,
          layers: [
            Layer("input", .conv2d(Conv2d(out: 2, kernel: 3))), Layer("scores", .relu6), Layer("quant.scale", .sigmoid),
          ] + scores)
      ),
      ("dropped", Network(1, 3, 3, [.conv2d(Conv2d(out: 2, kernel: 1)), .dropout(Dropout())])),
    ]
  }

  /// Some images of any pixels.
  func images(_ count: Int) -> ImageSet {
    var pixels: [UInt8] = []
    for index in 0..<count * input.count { pixels.append(UInt8(truncatingIfNeeded: index * 37 + index / 256 * 11)) }
    return ImageSet(
      shape: [input.channels, input.height, input.width], pixels: pixels, labels: (0..<count).map { UInt8($0) })
  }
}

extension ExportedCase {
  /// A quantized model, what the engine makes of some images, and every integer of it.
  init(_ name: String, _ model: QuantizedModel, _ images: ImageSet, isExact: Bool = true) throws {
    let program = try IntegerProgram(model, compute: Compute())
    let engine = try QuantizedEngine(model, capacity: images.count, compute: Compute())
    let (floats, input) = (images.floats(0..<images.count), model.network.input)
    self.init(
      name: name, kind: isExact ? "integer" : "qdq",
      export: try isExact ? .integer(program, origin: []) : .qdq(program, origin: []), images: floats,
      shape: [images.count, input.channels, input.height, input.width],
      scores: engine.logits(floats, count: images.count))
    for value in program.values {
      integers[value.name] = engine.integers(of: value.name, count: images.count)
    }
    let scores = integers[program.output.name]
    // A dropout adds no node, and so no value; a name of the file's own is not a layer's there.
    for name in model.network.unnamed { integers[name] = nil }
    if isExact {
      integers[program.output.name] = nil
      integers["scores_quantized"] = scores
    }
  }
}
