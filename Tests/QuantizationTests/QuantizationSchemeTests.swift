import Foundation
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct QuantizationSchemeTests {
  @Test func anOverrideReplacesItsPart() {
    var narrow = TensorScheme.weights
    narrow.range = IntegerRange(-63, 63)
    var scheme = QuantizationScheme.plain()
    scheme.layers = ["conv1": LayerOverride(weights: narrow)]
    #expect(scheme.weights(of: "conv1") == narrow && scheme.activations(of: "conv1") == .activations)
    #expect(scheme.weights(of: "conv2") == .weights)
  }

  @Test func namesAreThoseOfPyTorch() {
    #expect(TensorScheme.weights.name == "per_channel_symmetric")
    #expect(TensorScheme.activations.name == "per_tensor_affine")
  }

  // Would catch a key that is lost on the way through a checkpoint's metadata, a seed through a double among them.
  @Test func aSchemeSurvivesItsJSON() throws {
    var scheme = QuantizationScheme.plain(profile: .fbgemm, batches: 8, batchSize: 32, order: .shuffled)
    scheme.calibration?.seed = .max
    scheme.activations?.observer = .percentile
    scheme.activations?.percentile = 99.9
    scheme.layers = [
      "fc": LayerOverride(activations: .activations), "conv1": LayerOverride(weights: .weights),
    ]
    #expect(try QuantizationScheme(json: scheme.json) == scheme)
    #expect(try QuantizationScheme(json: scheme.json).json == scheme.json)
    #expect(!scheme.json.contains("\n"))
  }

  @Test(arguments: ["", "{}", "[]", #"{"profile":"tflite"}"#]) func whatIsNoSchemeIsRefused(_ text: String) {
    #expect(throws: MetadataError.self) { try QuantizationScheme(json: text) }
  }

  // Would catch a key of one type that is lost on the way.
  @Test(arguments: QuantizationType.allCases) func everyTypeSurvivesItsJSON(_ type: QuantizationType) throws {
    var scheme = QuantizationScheme.plain(type)
    scheme.training?.seed = .max
    scheme.training?.learningRate = 1.25e-7
    scheme.activations?.reduceRange = .whereNeeded
    scheme.layers = ["conv1": LayerOverride(skip: true), "fc": LayerOverride(skip: false, weights: .weights)]
    let copy = try QuantizationScheme(json: scheme.json)
    #expect(copy == scheme && copy.json == scheme.json)
    #expect(scheme.json.contains("\"type\":\"\(type.rawValue)\""))
  }

  @Test func aTypeMustBeSaid() {
    let json = QuantizationScheme.plain().json.replacingOccurrences(of: "\"type\":\"static\",", with: "")
    #expect(!json.contains("static"))
    #expect(throws: MetadataError.self) { try QuantizationScheme(json: json) }
  }

  @Test func layersAreSkippedByName() {
    var scheme = QuantizationScheme.plain()
    scheme.layers = ["a": LayerOverride(skip: true), "b": LayerOverride(skip: false)]
    #expect(["a", "b", "c"].map(scheme.skips) == [true, false, false])
  }
}
