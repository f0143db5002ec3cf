import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// Dead channels, dead layers and weights of no ordinary size: what trainings leave, and what converts all the same.
@Suite struct DegenerateWeightsTests {
  private static let classes = 5

  /// conv 2 -> 4, ReLU, pool, then two linear layers.
  private static let network = Network(
    2, 6, 5,
    [
      .conv2d(Conv2d(out: 4, kernel: 3, padding: 1)), .relu, .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .linear(Linear(out: 6)), .relu, .linear(Linear(out: classes)),
    ])

  private let images: ImageSet = {
    var random = SeededGenerator(seed: 12)
    return ImageSet(
      shape: [2, 6, 5], pixels: (0..<60 * 64).map { _ in UInt8(random.below(256)) },
      labels: [UInt8](repeating: 0, count: 64))
  }()

  private func scheme(_ profile: NumericProfile, _ granularity: Granularity = .perChannel) -> QuantizationScheme {
    var scheme = QuantizationScheme.plain(profile: profile, batches: 4, batchSize: 16)
    scheme.weights.granularity = granularity
    scheme.activations?.range = IntegerRange(.u8)
    return scheme
  }

  /// A model with some parameters replaced, by name.
  private func model(_ change: (String, [Float]) -> [Float]) throws -> FloatModel {
    let model = try FloatModel(random: Self.network, seed: 4)
    let parameters = Dictionary(
      uniqueKeysWithValues: model.parameters.map { ($0, Tensor($1.shape, change($0, $1.f32 ?? []))) })
    return try Fuse.fuse(FloatModel(network: Self.network, parameters: parameters))
  }

  /// The share of images that both networks take for the same class, and the conversion.
  private func convert(_ model: FloatModel, _ scheme: QuantizationScheme) throws -> (Double, Convert.Conversion) {
    let calibrated = try Calibrate.calibrate(model, scheme: scheme, images: images, compute: Compute())
    let conversion = try Convert.convert(calibrated)
    let engine = try QuantizedEngine(conversion.model, capacity: images.count, compute: Compute())
    let pixels = images.floats(0..<images.count)
    let exact = try FloatEngine(model, capacity: images.count, compute: Compute()).logits(pixels, count: images.count)
    let quantized = engine.logits(pixels, count: images.count)
    let alike = (0..<images.count).count { image in
      let row = image * Self.classes..<(image + 1) * Self.classes
      return argmax(exact[row]) == argmax(quantized[row])
    }
    return (Double(alike) / Double(images.count), conversion)
  }

  /// The first layer's biases where its first channel is dead.
  private static let biases: [Float] = [3, -0.1, 0.2, 0.1]

  /// Nothing is left of the sum of a dead channel but its bias: the integers must hold it, as fbgemm's float bias does.
  @Test(arguments: NumericProfile.allCases, [Granularity.perChannel, .perTensor])
  func aDeadChannelKeepsItsBias(_ profile: NumericProfile, _ granularity: Granularity) throws {
    let dead = try model { name, values in
      switch name {
      case "l0.weight": values.enumerated().map { $0.offset < 18 ? 0 : $0.element }
      case "l0.bias": Self.biases
      default: values
      }
    }
    let (agreement, conversion) = try convert(dead, scheme(profile, granularity))
    #expect(agreement > 0.96)
    let layer = try #require(conversion.model.layers["l0"]?.integer)
    #expect(layer.weight.integers[..<18].allSatisfy { $0 == 0 })
    #expect(conversion.warnings.isEmpty)
    // 3 is more than 2^30 steps of a scale of zeros, and fewer of one that the other channels share.
    let raised = conversion.scales.filter { $0.raisedFor == .bias }.map { "\($0.tensor) \($0.channel)" }
    #expect(raised == (profile != .fbgemm && granularity == .perChannel ? ["l0.weight 0"] : []))
    let input = Double(try #require(conversion.model.scales[Network.inputName]).scale)
    switch layer.bias {
    case .f32(let bias):
      #expect(profile == .fbgemm && bias == Self.biases)
    case .s32(let bias):
      #expect(profile != .fbgemm && bias.count == Self.biases.count)
      let scales = layer.weight.scales.map(Double.init)
      for (channel, (steps, exact)) in zip(bias, Self.biases).enumerated() {
        let step = input * scales[granularity == .perChannel ? channel : 0]
        // Half a step of rounding, and three roundings of a float: two factors, and the quotient.
        let slack = 0.5 * step + 3 * 0x1p-24 * Double(abs(exact))
        #expect(abs(Double(steps) * step - Double(exact)) <= slack, "channel \(channel)")
      }
      // Half of what 32 bits hold, and no more: that is what the scale was raised for.
      if granularity == .perChannel { #expect(abs(Double(bias[0]) - 0x1p30) < 0x1p8) }
    }
  }

  @Test(arguments: NumericProfile.allCases, [0.5, 9] as [Float])
  func aLayerOfZerosIsItsBias(_ profile: NumericProfile, _ size: Float) throws {
    let zero = try model { name, values in
      switch name {
      case "l4.weight": values.map { _ in 0 }
      case "l4.bias": values.indices.map { size * (Float($0) / 5 - 0.3) }
      default: values
      }
    }
    #expect(try convert(zero, scheme(profile)).0 == 1)
  }

  @Test(arguments: NumericProfile.allCases)
  func tinyWeightsBesideALargeBiasAreSaid(_ profile: NumericProfile) throws {
    let tiny = try model { name, values in
      switch name {
      case "l0.weight": values.map { $0 * 1e-5 }
      case "l0.bias": [50, 50, 50, 50]
      default: values
      }
    }
    let (agreement, conversion) = try convert(tiny, scheme(profile))
    #expect(agreement > 0.96)
    let raised = conversion.scales.filter { $0.raisedFor == .bias }.map(\.tensor)
    #expect(raised == (profile == .fbgemm ? [] : [String](repeating: "l0.weight", count: 4)))
    if profile != .fbgemm {
      guard case .coarseWeight(layer: "l0", let sqnr, raised: .bias) = conversion.warnings.first else {
        Issue.record("\(conversion.warnings)")
        return
      }
      #expect(sqnr < 10)
    }
  }

  /// The layer behind a dead ReLU has an input of zeros: its bias alone decides, and every image gets the same class.
  @Test(arguments: NumericProfile.allCases, [Granularity.perChannel, .perTensor])
  func aDeadReLUConverts(_ profile: NumericProfile, _ granularity: Granularity) throws {
    let dead = try model { name, values in
      switch name {
      case "l4.bias": values.map { _ in -50 }
      // Close to each other: a bias that is rounded to steps of the weights' own size would confuse them.
      case "l6.bias": [0.9, 1.0, 1.0005, 0.1, -3]
      default: values
      }
    }
    let (agreement, conversion) = try convert(dead, scheme(profile, granularity))
    // 1 and 1.0005 are less than a step of the output apart, and the first of equals wins: one class, if not float's.
    #expect(agreement == 1 || agreement == 0)
    #expect(conversion.warnings.first == .allZero(tensor: "l4"))
    #expect(
      "\(ConversionWarning.allZero(tensor: "l4"))"
        == "layer 'l4' is dead: nothing but zeros left it, so that what follows is a constant; train again, with a lower "
        + "learning_rate or another seed")
  }

  /// The same function with a layer's size moved into the next: our profile follows, PyTorch's floors it and is told.
  @Test(arguments: NumericProfile.allCases) func scalesFollowTheValuesDown(_ profile: NumericProfile) throws {
    let plain = try model { $1 }
    let moved = try model { name, values in
      switch name {
      case "l0.weight", "l0.bias": values.map { $0 * 0x1p-24 }
      case "l4.weight": values.map { $0 * 0x1p24 }
      default: values
      }
    }
    let (expected, unscaled) = try convert(plain, scheme(profile))
    let (agreement, conversion) = try convert(moved, scheme(profile))
    let weight = try #require(conversion.model.layers["l0"]?.quantizedWeight)
    if profile == .octavo {
      // Powers of two: not an integer differs.
      #expect(agreement == expected && conversion.warnings.isEmpty)
      #expect(weight.integers == unscaled.model.layers["l0"]?.quantizedWeight?.integers)
    } else {
      #expect(conversion.warnings.map(\.tensor) == ["l0", "l0.weight"])
      guard case .collapsed(tensor: "l0", _, least: 0x1p-23) = conversion.warnings[0],
        case .coarseWeight(layer: "l0", let sqnr, raised: .leastScale) = conversion.warnings[1]
      else {
        Issue.record("\(conversion.warnings)")
        return
      }
      #expect(sqnr < 10)
      #expect(weight.scales.allSatisfy { $0 == 0x1p-23 })
      #expect(conversion.scales.first { $0.tensor == "l0" }?.raisedFor == .leastScale)
    }
  }

  /// Weights of -1, 0 and 1 steps: a uniform distribution's signal is a third, a step's noise a twelfth, 6 dB.
  @Test func fewIntegersAreSaid() throws {
    var ternary = scheme(.octavo)
    ternary.layers = ["l4": LayerOverride(weights: .weights)]
    ternary.layers?["l4"]?.weights?.range = IntegerRange(-1, 1)
    let conversion = try convert(model { $1 }, ternary).1
    guard case .coarseWeight(layer: "l4", let sqnr, raised: nil) = conversion.warnings.first else {
      Issue.record("\(conversion.warnings)")
      return
    }
    #expect(abs(sqnr - 6) < 2 && conversion.warnings.count == 1)
    #expect(
      "\(ConversionWarning.coarseWeight(layer: "l4", sqnr: 6.04, raised: nil))"
        == "'l4.weight': expected a signal-to-noise ratio of at least 10.0 dB from its integers, found 6.0 dB: they are "
        + "few, or one large weight stretches their range; quantize per channel, or with observer mean_square_error")
  }
}
