import Exporting
import Files
import ImportingQuantized
import Kernels
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// What `export --format onnx-qdq` writes comes back with the same numbers.
@Suite struct RoundTripTests {
  /// A network of random parameters under profile octavo, clamped to a range.
  private func model(
    _ network: Network, _ images: ImageSet, _ range: IntegerRange, perChannel: Bool
  ) throws -> QuantizedModel {
    var scheme = QuantizationScheme.plain(batchSize: images.count)
    scheme.activations = TensorScheme(
      dtype: range.low < 0 ? .s8 : .u8, symmetry: .affine, granularity: .perTensor, range: range, observer: .minMax)
    if !perChannel { scheme.weights.granularity = .perTensor }
    return try Convert.convert(
      Calibrate.calibrate(FloatModel(random: network), scheme: scheme, images: images, compute: Compute())
    ).model
  }

  private func imported(_ model: QuantizedModel) throws -> QuantizedONNX {
    let export = try ONNXExport.qdq(IntegerProgram(model, compute: Compute()), origin: [])
    return try QuantizedONNX(file: .inMemory(export.bytes), at: "folder/\(model.network.name).onnx")
  }

  private func scores(_ model: QuantizedModel, _ images: ImageSet) throws -> [Float] {
    let engine = try QuantizedEngine(model, capacity: images.count, compute: Compute())
    return images.floats(0..<images.count).withUnsafeBufferPointer { engine.logits($0, count: images.count) }
  }

  /// Would catch a scale that is given to another layer, a weight that is turned, a bias that is rounded.
  /// Would catch too a clamp that is lost, or that gives a table to a value that is clamped already.
  @Test(arguments: [IntegerRange(.u8), IntegerRange(.s8), IntegerRange(0, 127), IntegerRange(-64, 63)], [false, true])
  func numbersComeBack(_ range: IntegerRange, _ perChannel: Bool) throws {
    var count = 0
    let graphs = try (1...250).map { try Network(randomGraph: UInt64($0)) }.filter(\.isWrittenPlainly)
    for network in graphs + Network.plain {
      let images = ImageSet.any(3, of: network)
      let model = try model(network, images, range, perChannel: perChannel)
      let found = try imported(model)
      #expect(found.remarks == [], "\(network)")
      // Layers without a weight may get other names; their order stays.
      let scales = { (model: QuantizedModel) in model.network.scaledNames.map { model.scales[$0] } }
      #expect(found.model.profile == .octavo && scales(found.model) == scales(model), "\(network)")
      #expect(found.model.scales[Network.inputName] == model.scales[Network.inputName], "\(network)")
      #expect(found.model.layers.keys.sorted() == model.layers.keys.sorted(), "\(network)")
      for (name, layer) in model.layers {
        guard let own = layer.integer, let other = found.model.layers[name]?.integer else {
          Issue.record("\(name) is not of integers")
          continue
        }
        #expect(other.weight.integers == own.weight.integers && other.weight.shape == own.weight.shape, "\(name)")
        #expect(other.weight.scales == own.weight.scales, "\(name)")
        #expect(other.bias == own.bias && other.multipliers == own.multipliers, "\(name)")
      }
      #expect(try scores(found.model, images) == scores(model, images), "\(network)")
      count += 1
    }
    #expect(count > 15)
  }

  @Test("a softmax at the end stays one, whichever outputs the file has")
  func softmax() throws {
    let network = Network(1, 4, 4, [.flatten, .linear(Linear(out: 3)), .softmax])
    let images = ImageSet.any(2, of: network)
    let found = try imported(model(network, images, IntegerRange(.u8), perChannel: true))
    #expect(found.model.network.layers.map(\.operation.type) == ["flatten", "linear", "softmax"])
  }

  @Test("hard swish, which the export tells in several nodes, is named")
  func hardSwish() throws {
    let network = Network(1, 4, 4, [.conv2d(Conv2d(out: 2, kernel: 3)), .hardSwish])
    let model = try model(network, .any(2, of: network), IntegerRange(.u8), perChannel: true)
    #expect { try imported(model) } throws: { "\($0)".hasPrefix("node 'l1.shifted' (Add): expected ") }
  }
}

extension Network {
  /// Whether each layer is written as one node, but for a ReLU.
  fileprivate var isWrittenPlainly: Bool {
    layers.allSatisfy { layer in
      switch layer.operation {
      case .hardSwish: false
      // What completes a last window may be more padding than a pool of ours has.
      case .maxPool2d(let pool): !pool.ceil
      case .averagePool2d(let pool): !pool.ceil && (!pool.countIncludePad || pool.padding == 0)
      default: true
      }
    }
  }

  /// What random graphs seldom draw.
  fileprivate static var plain: [Network] {
    var normalized = Network(
      2, 6, 6, [.conv2d(Conv2d(out: 3, kernel: 3, relu: true)), .averagePool2d(AveragePool2d())])
    normalized.normalization = PixelNormalization(mean: [0.5, 0.25], std: [0.5, 0.125])
    return [
      normalized,
      Network(
        1, 4, 4,
        [.flatten, .linear(Linear(out: 6, relu: true)), .batchNorm1d(BatchNorm1d(relu: true)), .linear(Linear(out: 3))]
      ),
      Network(
        2, 5, 5,
        layers: [
          Layer("pool", .maxPool2d(MaxPool2d(kernel: Pair(3, 3), stride: 1, padding: 1))),
          Layer("sum", .add(Add(relu: true)), inputs: [Network.inputName, "pool"]),
          Layer("conv", .conv2d(Conv2d(out: 2, kernel: 1, bias: false)), inputs: ["sum"]),
          Layer("clip", .relu6), Layer("join", .concat, inputs: ["sum", "clip"]),
        ]),
    ]
  }
}

extension ImageSet {
  /// Some images of any pixels.
  static func any(_ count: Int, of network: Network) -> ImageSet {
    var random = SeededGenerator(seed: 5, stream: 3)
    let size = network.input
    return ImageSet(
      shape: [size.channels, size.height, size.width],
      pixels: random.integers(count * size.count, 0...255 as ClosedRange<UInt8>),
      labels: [UInt8](repeating: 0, count: count))
  }
}
