import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct ConvertTests {
  private func calibrated(_ scheme: QuantizationScheme, _ model: FloatModel? = nil) throws -> CalibratedModel {
    let clean = try Calibrate.calibrate(
      Sample.model(), scheme: scheme, images: Sample.images, compute: Compute())
    guard let model else { return clean }
    // A broken model would be stopped by calibrate: its tensors are put beside a clean one's observations.
    let tensors = clean.tensors.merging(model.parameters) { $1 }
    return try CalibratedModel(network: Sample.network, scheme: scheme, tensors: tensors)
  }

  private func scheme(_ profile: NumericProfile, _ granularity: Granularity) -> QuantizationScheme {
    var scheme = QuantizationScheme.plain(profile: profile, batches: 2, batchSize: 3)
    scheme.weights.granularity = granularity
    return scheme
  }

  // Each number from the equations, in float and rounded once: scale = max |w| / 127, w / scale half to even, the
  // bias in steps of the accumulator. Would catch a scale of the wrong channel, a bias under the output's scale, and
  // an input scale that a pool or a lone ReLU changes.
  @Test(arguments: NumericProfile.allCases, [Granularity.perTensor, .perChannel])
  func numbersAreThoseWorkedOutByHand(_ profile: NumericProfile, _ granularity: Granularity) throws {
    let calibrated = try calibrated(scheme(profile, granularity))
    let model = try Convert.convert(calibrated).model
    #expect(model.profile == profile && model.network == Sample.network)
    #expect(model.scales["quant"] == calibrated.observations["quant"]?.parameters)
    var inputScale = try #require(model.scales["quant"]).scale
    for name in ["l0", "l4"] {
      let layer = try #require(model.layers[name]?.integer)
      let output = try #require(model.scales[name])
      let values = calibrated.model.values("\(name).weight")
      let inner = layer.weight.inner
      let largest = (0..<layer.weight.out).map { channel in
        (granularity == .perTensor ? values[...] : values[channel * inner..<(channel + 1) * inner])
          .reduce(0) { max($0, abs($1)) }
      }
      let scales = largest.map { $0 / 127 }
      #expect(layer.weight.scales == (granularity == .perTensor ? [scales[0]] : scales))
      let integers = values.indices.map { index -> Int8 in
        let scale = scales[index / inner]
        let scaled = profile == .octavo ? values[index] / scale : values[index] * (1 / scale)
        return Int8(max(-127, min(127, scaled.rounded(.toNearestOrEven))))
      }
      #expect(layer.weight.integers == integers)
      #expect(layer.weight.shape == calibrated.model.parameters["\(name).weight"]?.shape)
      #expect(output == calibrated.observations[name]?.parameters)
      let multipliers = scales.map { scale in
        profile == .qnnpack
          ? (inputScale * scale) * (1 / output.scale) : (inputScale * scale) / output.scale
      }
      #expect(layer.multipliers == multipliers)
      let bias = calibrated.model.parameters["\(name).bias"]?.f32 ?? [Float](repeating: 0, count: layer.weight.out)
      let steps = zip(bias, scales).map { bias, scale -> Int32 in
        let step = inputScale * scale
        return Int32((profile == .octavo ? bias / step : bias * (1 / step)).rounded(.toNearestOrEven))
      }
      #expect(layer.bias == (profile == .fbgemm ? .f32(bias) : .s32(steps)))
      inputScale = output.scale
    }
  }

  @Test func scalesTellTheirStory() throws {
    let conversion = try Convert.convert(calibrated(scheme(.octavo, .perChannel)))
    #expect(
      conversion.scales.map { "\($0.tensor) \($0.channel)" } == [
        "quant 0", "l0 0", "l4 0", "l0.weight 0", "l0.weight 1", "l0.weight 2", "l4.weight 0", "l4.weight 1",
        "l4.weight 2", "l4.weight 3",
      ])
    let values = try Sample.model().values("l0.weight")[18..<36]
    let record = conversion.scales[4]
    #expect(record.observed == ObservedRange(low: values.min() ?? 0, high: values.max() ?? 0))
    #expect(record.parameters.zeroPoint == 0 && record.scheme == .weights)
  }

  @Test func overridesReachTheirLayer() throws {
    var plain = scheme(.octavo, .perChannel)
    var narrow = TensorScheme.weights
    narrow.range = IntegerRange(-63, 63)
    narrow.granularity = .perTensor
    plain.layers = ["l4": LayerOverride(weights: narrow)]
    let model = try Convert.convert(calibrated(plain)).model
    let (first, last) = (try #require(model.layers["l0"]?.integer), try #require(model.layers["l4"]?.integer))
    #expect(first.weight.scales.count == 3 && first.weight.range == IntegerRange(-127, 127))
    #expect(last.weight.scales.count == 1 && last.weight.range == IntegerRange(-63, 63))
    #expect(last.weight.integers.map(abs).max() == 63)
  }

  // Half the largest step of every layer is the most that a rounding can do; the network's gain is of order 1, so the
  // scores differ by no more than a twentieth of their range. A wrong scale anywhere is far off.
  @Test(arguments: NumericProfile.allCases) func theIntegersStandForTheFloats(_ profile: NumericProfile)
    throws
  {
    let model = try Convert.convert(calibrated(scheme(profile, .perChannel))).model
    let (float, integer) = (
      try FloatEngine(Sample.model(), capacity: 6, compute: Compute()),
      try QuantizedEngine(model, capacity: 6, compute: Compute())
    )
    let images = Sample.images.floats(0..<6)
    let (exact, quantized) = (float.logits(images, count: 6), integer.logits(images, count: 6))
    let range = (exact.max() ?? 0) - (exact.min() ?? 0)
    #expect(zip(exact, quantized).allSatisfy { abs($0 - $1) < range / 20 })
  }

  // A file may say a scale that no observer chooses: the reciprocal of a step of 1e-39 is no float, whatever the bias.
  @Test func scalesTooSmallForABiasAreRefused() throws {
    let scheme = scheme(.qnnpack, .perTensor)
    var tensors = try calibrated(scheme).tensors
    for name in ["quant", "l0"] { tensors["\(name).scale"] = Tensor([], [1e-37] as [Float]) }
    for bias in [0, 1e-30] as [Float] {
      tensors["l0.bias"] = Tensor([3], [bias, bias, bias])
      tensors["l0.weight"] = Tensor([3, 2, 3, 3], [Float](repeating: 0.5, count: 54))
      let model = try CalibratedModel(network: Sample.network, scheme: scheme, tensors: tensors)
      let error = #expect(throws: ConvertError.self) { try Convert.convert(model) }
      #expect(
        "\(error.map(String.init(describing:)) ?? "")".hasPrefix(
          "layer 'l0', channel 0: expected a bias within 32 bits"))
    }
  }

  @Test func theErrorNamesLayerAndChannel() {
    #expect(
      "\(ConvertError.badNumber(layer: "fc", channel: 3, "reason"))" == "layer 'fc', channel 3: reason; train again, "
        + "with a lower learning_rate if need be")
  }

  // Would catch a scheme that was changed after calibration without a check.
  @Test func theSchemeIsCheckedAgain() throws {
    var bad = scheme(.octavo, .perChannel)
    let tensors = try calibrated(bad).tensors
    bad.weights.symmetry = .affine
    #expect(throws: SchemeError.affineWeights("weights")) {
      try CalibratedModel(network: Sample.network, scheme: bad, tensors: tensors)
    }
  }
}
