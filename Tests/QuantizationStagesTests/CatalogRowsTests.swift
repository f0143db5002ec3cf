import Catalog
import Quantization
import QuantizationStages
import Testing

@Suite("Scales on their way to the catalog")
struct CatalogRowsTests {
  private let scheme = TensorScheme(
    dtype: .s8, symmetry: .symmetric, granularity: .perChannel, range: .init(-127, 127), observer: .minMax)

  @Test("every part arrives")
  func parts() throws {
    let record = ScaleRecord(
      tensor: "conv1.weight", channel: 3,
      parameters: try QuantizationParameters(scale: 0.1, zeroPoint: 0, range: .init(-127, 127)), scheme: scheme,
      observed: ObservedRange(low: -12.7, high: 3))
    #expect(
      Catalog.QuantizationParameter(record)
        == Catalog.QuantizationParameter(
          tensor: "conv1.weight", channel: 3, scale: 0.1, zeroPoint: 0, quantMin: -127, quantMax: 127, dtype: "s8",
          scheme: "per_channel_symmetric", observer: "min_max", observed: -12.7...3))
  }

  @Test("a tensor of which nothing was seen has no observed range")
  func unseen() throws {
    let record = ScaleRecord(
      tensor: "x", parameters: try QuantizationParameters(scale: 1, zeroPoint: 0, range: .init(-127, 127)),
      scheme: scheme, observed: .empty)
    let row = Catalog.QuantizationParameter(record)
    #expect(row.observed == nil)
    #expect(row.channel == 0)
  }

  @Test("a scheme's every part arrives")
  func schemeParts() {
    var scheme = QuantizationScheme(
      type: .qat, profile: .octavo,
      activations: TensorScheme(
        dtype: .u8, symmetry: .affine, granularity: .perTensor, range: .init(0, 255), reduceRange: .whereNeeded,
        observer: .learned), weights: scheme,
      layers: ["fc2": LayerOverride(skip: true), "conv1": LayerOverride(skip: true), "fc1": LayerOverride()])
    let weights = Catalog.QuantizationScheme.Tensors(
      dtype: "s8", quantization: "per_channel_symmetric", range: -127...127, observer: "min_max")
    #expect(
      Catalog.QuantizationScheme(scheme)
        == Catalog.QuantizationScheme(
          type: "qat", profile: "octavo", weights: weights,
          activations: .init(dtype: "u8", quantization: "per_tensor_affine", range: 0...255, observer: "learned"),
          reduceRange: "where_needed", skipped: ["conv1", "fc2"]))
    (scheme.activations, scheme.layers, scheme.type) = (nil, nil, .weightOnly)
    #expect(
      Catalog.QuantizationScheme(scheme)
        == Catalog.QuantizationScheme(type: "weight_only", profile: "octavo", weights: weights, activations: nil))
  }
}
