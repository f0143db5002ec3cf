import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// One normalization, seen by the three engines.
@Suite struct PixelNormalizationTests {
  private let normalization = PixelNormalization(mean: [0.1307, 0.45], std: [0.3081, 0.225])

  private var model: FloatModel {
    get throws {
      var network = Sample.network
      network.normalization = normalization
      return try FloatModel(network: network, parameters: Sample.model().parameters)
    }
  }

  /// The images as a person would normalize them by hand: (count, 2, 6, 5).
  private var byHand: [Float] {
    Sample.images.pixels.enumerated().map { index, pixel in
      let (mean, std): (Float, Float) = index / 30 % 2 == 0 ? (0.1307, 0.3081) : (0.45, 0.225)
      return (Float(pixel) / 255 - mean) / std
    }
  }

  // Would catch a channel's numbers taken for another's, a product with 1 / std, and padding that is normalized too.
  @Test func theFloatEngineSeesWhatAPersonNormalized() throws {
    for compute in try Compute.all() {
      let engine = try FloatEngine(model, capacity: 12, compute: compute)
      let scores = engine.logits(Sample.images.floats(0..<12), count: 12)
      #expect(bits(engine.values(of: Network.inputName, count: 12)) == bits(byHand))
      let plain = try FloatEngine(Sample.model(), capacity: 12, compute: compute)
      #expect(bits(scores) == bits(plain.logits(byHand, count: 12)))
    }
  }

  // (0 - 0.1307) / 0.3081 and (1 - 0.1307) / 0.3081, as PyTorch's Normalize has them for MNIST's paper and ink.
  @Test func blackAndWhiteAreTorchvisions() throws {
    var network = Network(1, 1, 2, [.flatten, .linear(Linear(out: 1))])
    network.normalization = PixelNormalization(mean: [0.1307], std: [0.3081])
    let engine = try FloatEngine(FloatModel(random: network), capacity: 1, compute: Compute())
    _ = engine.logits([0, 1], count: 1)
    #expect(engine.values(of: Network.inputName, count: 1) == [-0.42421296, 2.8214867])
  }

  // The input's scale is one of normalized pixels; its integers are those of a model that is given them. Would catch a
  // normalization that calibration sees and the integer engine does not.
  @Test(arguments: NumericProfile.allCases) func itIsFoldedIntoTheInputsQuantization(_ profile: NumericProfile) throws {
    let scheme = QuantizationScheme.plain(profile: profile, batches: 1, batchSize: 12)
    let calibrated = try Calibrate.calibrate(model, scheme: scheme, images: Sample.images, compute: Compute())
    let input = try #require(calibrated.observations[Network.inputName])
    #expect(input.observed.low == byHand.min() && input.observed.high == byHand.max())
    let int8 = try QuantizedEngine(Convert.convert(calibrated).model, capacity: 12, compute: Compute())
    _ = int8.logits(Sample.images.floats(0..<12), count: 12)
    let parameters = input.parameters
    let expected = byHand.map { value -> UInt8 in
      let steps = (Double(value) / Double(parameters.scale)).rounded(.toNearestOrEven) + Double(parameters.zeroPoint)
      return UInt8(min(max(steps, Double(parameters.range.low)), Double(parameters.range.high)))
    }
    #expect(int8.integers(of: Network.inputName, count: 12) == expected)
    // Would catch the third engine, that of training, seeing other pixels.
    let agreement = try Agreement(of: calibrated, on: Sample.images, compute: Compute(threads: 2))
    #expect(agreement.images == 12 && agreement.ties.isEmpty)
  }

  @Test func aModelOfRealNumbersNormalizesToo() throws {
    let scheme = QuantizationScheme.plain(.weightOnly)
    let converted = try Convert.convert(CalibratedModel(model: model, scheme: scheme)).model
    #expect(converted.network.normalization == normalization)
    let engine = try QuantizedEngine(converted, capacity: 12, compute: Compute())
    _ = engine.logits(Sample.images.floats(0..<12), count: 12)
    #expect(bits(engine.values(of: Network.inputName, count: 12)) == bits(byHand))
  }
}
