import Kernels
import Layers
import Passes
import Quantization
import TestSupport
import Tensors
import Testing

/// One layer in integers, the others float. The oracle is a scheme that says so from the start.
@Suite struct IsolateTests {
  private func scheme(_ type: QuantizationType, _ layers: [String: LayerOverride]? = nil) -> QuantizationScheme {
    var scheme = QuantizationScheme.plain(type)
    if type == .static { scheme.calibration = CalibrationSet(batches: 2, batchSize: 3, order: .file, seed: 0) }
    scheme.layers = layers
    return scheme
  }

  private func calibrated(_ scheme: QuantizationScheme) throws -> CalibratedModel {
    guard scheme.type == .static else { return try CalibratedModel(model: Sample.model(), scheme: scheme) }
    return try Calibrate.calibrate(Sample.model(), scheme: scheme, images: Sample.images, compute: Compute())
  }

  @Test(arguments: [QuantizationType.static, .dynamic, .weightOnly], [("l0", "l4"), ("l4", "l0")])
  func itIsTheSchemeThatSkipsTheOthers(_ type: QuantizationType, _ layers: (String, String)) throws {
    let isolated = try Isolate.isolate(layers.0, in: calibrated(scheme(type)))
    let byHand = try calibrated(scheme(type, [layers.1: LayerOverride(skip: true)]))
    #expect(isolated == byHand)
    #expect(try Convert.convert(isolated) == Convert.convert(byHand))
    #expect(isolated.quantizedLayers == [layers.0])
  }

  // Would catch an override lost, of the layer or of the input, and a weight's override left beside a skip: that is refused.
  @Test func overridesStayWhereTheyMeanSomething() throws {
    var wide = TensorScheme.activations
    wide.range = IntegerRange(0, 255)
    var narrow = TensorScheme.weights
    narrow.range = IntegerRange(-63, 63)
    let both = LayerOverride(activations: wide, weights: narrow)
    let whole = try calibrated(scheme(.static, ["quant": LayerOverride(activations: wide), "l0": both, "l4": both]))
    let first = try Isolate.isolate("l0", in: whole)
    #expect(first.scheme.layers?["l0"] == both && first.scheme.layers?["quant"]?.activations == wide)
    #expect(first.scheme.layers?["l4"] == LayerOverride(skip: true, activations: wide))
    let last = try Convert.convert(Isolate.isolate("l4", in: whole)).model
    #expect(last.layers["l4"] == (try Convert.convert(whole).model.layers["l4"]))
    #expect(last.scales["l0"] == whole.observations["l0"]?.parameters)
  }

  @Test func learnedScalesGoWithTheirLayer() throws {
    let observations = try calibrated(scheme(.static)).observations
    let whole = try CalibratedModel(
      model: Sample.model(), scheme: scheme(.qat), observations: observations,
      learnedWeightScales: ["l0": [0.01, 0.02, 0.03], "l4": [0.1, 0.1, 0.1, 0.1]])
    let isolated = try Isolate.isolate("l0", in: whole)
    #expect(isolated.learnedWeightScales == ["l0": [0.01, 0.02, 0.03]])
    #expect(try Convert.convert(isolated).model.layers["l0"]?.quantizedWeight?.scales == [0.01, 0.02, 0.03])
    // It can be written down and read back: no tensor is left over.
    #expect(
      try CalibratedModel(network: Sample.network, scheme: isolated.scheme, tensors: isolated.tensors) == isolated)
  }

  @Test func layersThatTheSchemeSkipsAreNotAsked() throws {
    #expect(try calibrated(scheme(.static)).quantizedLayers == ["l0", "l4"])
    #expect(try calibrated(scheme(.static, ["l0": LayerOverride(skip: true)])).quantizedLayers == ["l4"])
  }
}
