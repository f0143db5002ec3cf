import Int8Linear
import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// Conversion by schemes of every type. `ConvertTests` holds a static layer's numbers to their equations.
@Suite struct ConvertTypesTests {
  private func scheme(_ type: QuantizationType) -> QuantizationScheme {
    var scheme = QuantizationScheme.plain(type)
    if type == .static { scheme.calibration = CalibrationSet(batches: 2, batchSize: 3, order: .file, seed: 0) }
    return scheme
  }

  private func calibrated(_ scheme: QuantizationScheme) throws -> CalibratedModel {
    try Calibrate.calibrate(Sample.model(), scheme: scheme, images: Sample.images, compute: Compute())
  }

  // Would catch weights that hang on the type, and a float bias that is quantized.
  @Test(arguments: [Granularity.perTensor, .perRow]) func dynamicLayersKeepTheirBias(_ granularity: Granularity) throws
  {
    var scheme = scheme(.dynamic)
    scheme.activations?.granularity = granularity
    var wide = try #require(scheme.activations)
    wide.range = IntegerRange(0, 255)
    scheme.layers = ["l4": LayerOverride(activations: wide)]
    let conversion = try Convert.convert(CalibratedModel(model: Sample.model(), scheme: scheme))
    let model = conversion.model
    let statics = try Convert.convert(calibrated(self.scheme(.static))).model
    #expect(model.type == .dynamic && model.scales.isEmpty && model.layers.keys.sorted() == ["l0", "l4"])
    for (name, range) in [("l0", IntegerRange(0, 127)), ("l4", IntegerRange(0, 255))] {
      let layer = try #require(model.layers[name]?.dynamic)
      #expect(layer.weight == statics.layers[name]?.quantizedWeight)
      #expect(layer.activations == DynamicActivations(granularity: granularity, range: range))
      #expect(layer.bias == (try Sample.model().parameters["\(name).bias"]?.f32))
    }
    #expect(
      conversion.scales.map { "\($0.tensor) \($0.channel)" }
        == ["l0.weight 0", "l0.weight 1", "l0.weight 2"] + (0..<4).map { "l4.weight \($0)" })
  }

  @Test func weightOnlyLayersAreIntegersInTheFile() throws {
    var scheme = scheme(.weightOnly)
    scheme.layers = ["l0": LayerOverride(skip: true)]
    let model = try Convert.convert(CalibratedModel(model: Sample.model(), scheme: scheme)).model
    let float = try Sample.model()
    let weight = try #require(try Convert.convert(calibrated(self.scheme(.static))).model.layers["l4"]?.quantizedWeight)
    #expect(model.type == .weightOnly && model.scales.isEmpty)
    #expect(model.layers["l4"] == .float(FloatLayer(weight: .s8(weight), bias: nil)))
    let expected = try #require(float.parameters["l0.weight"])
    #expect(model.layers["l0"] == .float(FloatLayer(weight: .f32(expected), bias: float.parameters["l0.bias"]?.f32)))
  }

  // Would catch a skipped layer whose reader has no scale, and one that is quantized all the same.
  @Test func skippedLayersStayFloat() throws {
    var first = scheme(.static)
    first.layers = ["l0": LayerOverride(skip: true)]
    let head = try calibrated(first)
    #expect(head.observations.keys.sorted() == ["l0", "l4"], "the input is float, what leaves l0 is quantized")
    let model = try Convert.convert(head).model
    #expect(model.layers["l4"]?.integer != nil && model.layers["l0"]?.float != nil)
    #expect(model.scales == head.observations.mapValues(\.parameters))
    #expect(model.layers["l0"]?.quantizedWeight == nil)
    var last = scheme(.static)
    last.layers = ["l4": LayerOverride(skip: true)]
    let tail = try Convert.convert(calibrated(last)).model
    #expect(tail.scales.keys.sorted() == ["l0", "quant"] && tail.layers["l4"]?.float != nil)
    #expect(tail.layers["l0"] == (try Convert.convert(calibrated(scheme(.static))).model.layers["l0"]))
  }

  // Learned scales replace those of the weights; other layers keep theirs.
  @Test func learnedScalesAreTaken() throws {
    let observations = try calibrated(scheme(.static)).observations
    let learned: [Float] = [0.01, 0.02, 0.03]
    let model = try CalibratedModel(
      model: Sample.model(), scheme: scheme(.qat), observations: observations, learnedWeightScales: ["l0": learned])
    let restored = try CalibratedModel(network: Sample.network, scheme: scheme(.qat), tensors: model.tensors)
    #expect(restored == model)
    let converted = try Convert.convert(model).model
    let statics = try Convert.convert(calibrated(scheme(.static))).model
    let layer = try #require(converted.layers["l0"]?.integer)
    #expect(layer.weight.scales == learned && converted.layers["l4"] == statics.layers["l4"])
    let values = try Sample.model().values("l0.weight")
    let integers = values.indices.map { index in
      Int8(max(-127, min(127, (values[index] / learned[index / 18]).rounded(.toNearestOrEven))))
    }
    #expect(layer.weight.integers == integers)
  }

  @Test(arguments: [QuantizationType.qat, .dynamic, .weightOnly]) func onlyStaticSchemesCalibrate(
    _ type: QuantizationType
  ) {
    #expect(throws: CalibrationError.notStatic(type)) { try calibrated(scheme(type)) }
    let message = "\(CalibrationError.notStatic(type))"
    #expect(message.hasPrefix("type: expected static, found \(type.rawValue); run \(type == .qat ? "qat" : "convert")"))
  }

  @Test func theNetworkDecidesWhatMayBeSkipped() throws {
    var scheme = scheme(.static)
    scheme.layers = [Network.inputName: LayerOverride(skip: true)]
    #expect(throws: SchemeError.skippedInput("quant")) { try scheme.validate(for: Sample.network) }
    scheme.layers = ["l0": LayerOverride(skip: true), "l4": LayerOverride(skip: true)]
    #expect(throws: SchemeError.nothingQuantized) { try scheme.validate(for: Sample.network) }
    scheme.layers = ["l1": LayerOverride(skip: true)]
    #expect(throws: SchemeError.unknownLayer("l1", known: ["quant", "l0", "l4"])) {
      try scheme.validate(for: Sample.network)
    }
  }
}
