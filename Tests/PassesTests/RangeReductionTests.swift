import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct RangeReductionTests {
  private static let full = IntegerRange(0, 255)

  private func scheme(_ reduction: RangeReduction?, weightMax: Int32) -> QuantizationScheme {
    var scheme = QuantizationScheme.plain(batches: 2, batchSize: 3)
    scheme.activations?.range = Self.full
    scheme.activations?.reduceRange = reduction
    scheme.weights.range = IntegerRange(-weightMax, weightMax)
    return scheme
  }

  private func calibrated(_ scheme: QuantizationScheme, _ model: FloatModel? = nil) throws -> CalibratedModel {
    try Calibrate.calibrate(model ?? Sample.model(), scheme: scheme, images: Sample.images, compute: Compute())
  }

  private func ranges(_ calibrated: CalibratedModel) -> [IntegerRange?] {
    ["quant", "l0", "l4"].map { calibrated.observations[$0]?.parameters.range }
  }

  /// Whether some two neighbouring products leave 16 bits for some bytes: every pair of extremes is tried.
  ///
  /// Neighbours are those of the memory. A kernel row is a run: column by column, channel by channel; so is what enters
  /// the linear layer. A run of odd length ends in a zero.
  private func leaves16Bits(_ model: FloatModel, _ name: String) throws -> Bool {
    let scheme = scheme(nil, weightMax: 127)
    let weight = try #require(try Convert.convert(calibrated(scheme, model)).model.layers[name]?.quantizedWeight)
    // (channels, height, width) of a kernel, or of the pooled image.
    let (channels, height, width) = name == "l0" ? (2, 3, 3) : (3, 3, 2)
    for out in 0..<weight.shape[0] {
      var runs = (0..<height).map { row in
        (0..<width * channels).map { place in
          let (column, channel) = (place / channels, place % channels)
          return Int(weight.integers[((out * channels + channel) * height + row) * width + column])
        }
      }
      if name == "l4" { runs = [runs.flatMap { $0 }] }
      for run in runs {
        for start in stride(from: 0, to: run.count, by: 2) {
          let pair = [run[start], start + 1 < run.count ? run[start + 1] : 0]
          for (a, b) in [(0, 255), (255, 0), (255, 255)] {
            let sum = a * pair[0] + b * pair[1]
            if sum > 32767 || sum < -32768 { return true }
          }
        }
      }
    }
    return false
  }

  // 63 * 255 * 2 is within 16 bits.
  @Test func smallWeightsKeepTheRange() throws {
    #expect(ranges(try calibrated(scheme(.whereNeeded, weightMax: 63))) == [Self.full, Self.full, Self.full])
  }

  // Would catch a range that is halved for the weights before it, or behind the last layer, which nobody reads.
  @Test func aRangeIsHalvedForItsReader() throws {
    let halved = IntegerRange(0, 127)
    var scheme = scheme(.whereNeeded, weightMax: 127)
    for name in ["l0", "l4"] { #expect(try leaves16Bits(Sample.model(), name), "else this would show nothing") }
    #expect(ranges(try calibrated(scheme)) == [halved, halved, Self.full])
    var small = TensorScheme.weights
    small.range = IntegerRange(-63, 63)
    scheme.layers = ["l0": LayerOverride(weights: small)]
    #expect(ranges(try calibrated(scheme)) == [Self.full, halved, Self.full])
    scheme.layers = ["l4": LayerOverride(weights: small)]
    #expect(ranges(try calibrated(scheme)) == [halved, Self.full, Self.full])
  }

  // Each network is held to brute force. Would catch pairs in PyTorch's order of the weights, and pairs that begin at an
  // odd place: weights are small but for two, which are neighbours in memory, or in PyTorch's order, or by one place off.
  @Test(arguments: [[0, 9], [0, 1], [9, 1], [0, 0], [1, 10], [2, 11], [11, 3]]) func pairsAreThoseOfTheMemory(
    _ places: [Int]
  ) throws {
    var parameters = try Sample.model().parameters
    var weights = [Float](repeating: 0.1, count: 54)
    for place in places { weights[place] = 1 }
    parameters["l0.weight"] = Tensor([3, 2, 3, 3], weights)
    let model = try FloatModel(network: Sample.network, parameters: parameters)
    let expected = try leaves16Bits(model, "l0") ? IntegerRange(0, 127) : Self.full
    #expect(ranges(try calibrated(scheme(.whereNeeded, weightMax: 127), model))[0] == expected)
  }

  @Test func withoutTheKeyARangeStays() throws {
    #expect(ranges(try calibrated(scheme(nil, weightMax: 127))) == [Self.full, Self.full, Self.full])
  }

  // A float reader multiplies no integers.
  @Test func aSkippedReaderNeedsNothing() throws {
    var scheme = scheme(.whereNeeded, weightMax: 127)
    scheme.layers = ["l4": LayerOverride(skip: true)]
    let calibrated = try calibrated(scheme)
    #expect(calibrated.observations["l0"]?.parameters.range == Self.full)
    #expect(calibrated.observations["quant"]?.parameters.range == IntegerRange(0, 127))
    #expect(calibrated.observations.keys.sorted() == ["l0", "quant"])
  }

  // What it is for: every product of the converted network may be added pairwise.
  @Test func thenEveryProductIsPairwise() throws {
    let model = try Convert.convert(calibrated(scheme(.whereNeeded, weightMax: 127))).model
    let proofs = try QuantizedEngine(model, capacity: 1, compute: Compute()).proofs
    #expect(proofs.count == 2 && proofs.values.allSatisfy { $0.path == .pairwise })
  }
}
