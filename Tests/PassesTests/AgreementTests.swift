import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// The fake-quantized forward pass against the integer engine, which knows nothing of floats.
@Suite struct AgreementTests {
  /// Strides, padding, a pool, a lone ReLU, layers with and without bias and ReLU.
  private let network = Network(
    2, 9, 8,
    [
      .conv2d(Conv2d(out: 5, kernel: 3, stride: 2, padding: 1, relu: true)),
      .conv2d(Conv2d(out: 17, kernel: 2, padding: 1, bias: false)), .relu, .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .linear(Linear(out: 20, relu: true)), .linear(Linear(out: 4)),
    ])
  private let images = ImageSet(
    shape: [2, 9, 8], pixels: (0..<144 * 12).map { UInt8($0 * 61 % 251) }, labels: (0..<12).map { UInt8($0 % 4) })

  private func agreement(
    of other: Network? = nil, biases: [String: Float] = [:], _ change: (inout QuantizationScheme) -> Void
  ) throws -> Agreement {
    var scheme = QuantizationScheme.plain(batches: 1, batchSize: 12)
    change(&scheme)
    let random = try FloatModel(random: other ?? network, seed: 3)
    var parameters = random.parameters
    for (name, bias) in biases {
      parameters[name] = parameters[name].map {
        Tensor($0.shape, [Float](repeating: bias, count: $0.shape.count))
      }
    }
    let model = try FloatModel(network: random.network, parameters: parameters)
    let calibrated = try Calibrate.calibrate(model, scheme: scheme, images: images, compute: Compute())
    return try Agreement(of: calibrated, on: images, compute: Compute(threads: 2))
  }

  // Would catch a bias, a multiplier, a clamp or a zero point by another rule than the profile's.
  @Test(arguments: NumericProfile.allCases, [Granularity.perTensor, .perChannel])
  func everyIntegerIsTheEngines(_ profile: NumericProfile, _ granularity: Granularity) throws {
    let result = try agreement {
      $0.profile = profile
      $0.weights.granularity = granularity
    }
    #expect(result.images == 12 && result.ties.isEmpty)
    // quant, l0, l1, l5 and l6 of 12 images.
    #expect(result.integers == 12 * (144 + 5 * 5 * 4 + 17 * 6 * 5 + 20 + 4))
  }

  @Test(arguments: NumericProfile.allCases) func paddingPastTheKernelAgrees(_ profile: NumericProfile) throws {
    let padded = Network(
      2, 9, 8,
      [
        .conv2d(Conv2d(out: 5, kernel: 2, stride: 2, padding: 3, relu: true)),
        .conv2d(Conv2d(out: 6, kernel: 3, padding: 4, bias: false)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
        .linear(Linear(out: 4)),
      ])
    let result = try agreement(of: padded) { $0.profile = profile }
    #expect(result.ties.isEmpty && result.integers == 12 * (144 + 5 * 7 * 7 + 6 * 13 * 13 + 4))
  }

  // Ties of means fall by the zero point's parity, which a mean of integers less their zero point does not see.
  @Test(arguments: NumericProfile.allCases, 0...5 as ClosedRange<Int32>)
  func averagePoolsAgree(_ profile: NumericProfile, _ seed: Int32) throws {
    let pooled = Network(
      2, 9, 8,
      [
        .averagePool2d(AveragePool2d(kernel: 2, stride: 1)), .conv2d(Conv2d(out: 5, kernel: 3, padding: 1)),
        .averagePool2d(AveragePool2d(kernel: 2)), .conv2d(Conv2d(out: 6, kernel: 2, bias: false)),
        .averagePool2d(AveragePool2d()), .flatten, .linear(Linear(out: 4)),
      ])
    let result = try agreement(of: pooled, biases: ["l1.bias": Float(seed) / 8]) { $0.profile = profile }
    #expect(result.ties.isEmpty && result.integers == 12 * (144 + 5 * 8 * 7 + 6 * 3 * 2 + 4))
  }

  // Beside a zero point of 128 PyTorch's profiles let ties fall by the sum; training must let them fall alike.
  @Test(arguments: NumericProfile.allCases) func symmetricBytesAgree(_ profile: NumericProfile) throws {
    let result = try agreement {
      $0.profile = profile
      $0.activations?.symmetry = .symmetric
      $0.activations?.range = IntegerRange(.u8)
    }
    #expect(result.images == 12 && result.ties.isEmpty)
  }

  // A dead layer leaves the next one's bias no room under the weight's own scale: training has to raise it as well.
  @Test(arguments: NumericProfile.allCases) func aDeadLayerAgrees(_ profile: NumericProfile) throws {
    let result = try agreement(biases: ["l5.bias": -50, "l6.bias": 3]) { $0.profile = profile }
    #expect(result.images == 12 && result.ties.isEmpty)
  }

  @Test func signedActivationsAgree() throws {
    let result = try agreement {
      $0.activations?.dtype = .s8
      $0.activations?.symmetry = .symmetric
      $0.activations?.range = IntegerRange(-127, 127)
    }
    #expect(result.ties.isEmpty)
  }

  @Test(arguments: ["l0", "l1", "l5", "l6"]) func aFloatLayerAmongThemAgrees(_ layer: String) throws {
    #expect(try agreement { $0.layers = [layer: LayerOverride(skip: true)] }.ties.isEmpty)
  }

  // A step of training moves the statistics by which weights are folded: what is converted is what training then has.
  @Test(arguments: NumericProfile.allCases, [true, false])
  func normalizationIsFoldedAsItWasTrained(_ profile: NumericProfile, _ isFrozen: Bool) throws {
    let network = Network(
      2, 9, 8,
      [
        .conv2d(Conv2d(out: 5, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu,
        .maxPool2d(MaxPool2d(kernel: 2)), .conv2d(Conv2d(out: 6, kernel: 2)), .batchNorm2d(BatchNorm2d()),
        .flatten, .linear(Linear(out: 4)),
      ])
    let scheme = QuantizationScheme.plain(.qat, profile: profile)
    let model = try FusedModel(fusing: FloatModel(random: network, seed: 3))
    let engine = try FakeQuantizedEngine(
      model, scheme: scheme, activations: scheme.activationSchemes(for: model.folded()), capacity: 12,
      forTraining: true, compute: Compute())
    engine.areNormsFrozen = isFrozen
    let pixels = images.floats(0..<12)
    pixels.withUnsafeBufferPointer { pixels in
      images.labels.withUnsafeBufferPointer { _ = engine.train(pixels, labels: $0, count: 12) }
    }
    let calibrated = try CalibratedModel(fineTuned: engine, scheme: scheme)
    let agreement = try Agreement(of: calibrated, on: images, compute: Compute())
    #expect(agreement.integers == 12 * (144 + 5 * 72 + 6 * 9 + 4) && agreement.ties.isEmpty)
  }

  @Test func messagesSayWhere() {
    #expect(
      "\(AgreementError.image(3, simulated: 1, integer: 2))"
        == "image 3: expected the trained class 1 from the integers, found 2; no file was written: report this, "
        + "with the scheme and the seed")
    #expect("\(AgreementError.layer("fc", by: 4, images: 0..<9))".hasPrefix("layer 'fc', images 0..<9: expected"))
    #expect("\(AgreementError.tooManyTies(5, of: 100))".contains("found 5 of 100"))
  }
}
