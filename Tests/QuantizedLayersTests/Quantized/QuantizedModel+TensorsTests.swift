import Layers
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct QuantizedModelTensorsTests {
  /// A model of every kind.
  private static func models() throws -> [QuantizedModel] {
    let network = DynamicProductTests.networks[0]
    let dynamic = try [Granularity.perTensor, .perRow].map { try DynamicProductTests.model(network, .fbgemm, $0) }
    let weightOnly = try QuantizedModel(
      network: network, type: .weightOnly, profile: .qnnpack, scales: [:],
      layers: dynamic[0].layers.compactMapValues(\.dynamic).mapValues {
        .float(FloatLayer(weight: .s8($0.weight), bias: $0.bias))
      })
    let mixed = try [["l0"], ["l2", "l6"]].map { try SkippedLayerTests.model(skipping: Set($0)) }
    let base = mixed[1]
    let signed = try QuantizedModel(
      network: base.network, profile: .octavo, scales: base.scales.mapValues { $0.shifted(by: -128) },
      layers: base.layers)
    return dynamic + [weightOnly] + mixed + [signed]
  }

  private func error(_ model: QuantizedModel, _ change: (inout [String: Tensor]) -> Void) -> String? {
    var tensors = model.tensors
    change(&tensors)
    do {
      _ = try QuantizedModel(metadata: model.metadata, tensors: tensors)
      return nil
    } catch {
      return "\(error)"
    }
  }

  // Would catch a tensor that is written and not read.
  @Test func everyKindComesBack() throws {
    for model in try Self.models() {
      #expect(try QuantizedModel(metadata: model.metadata, tensors: model.tensors) == model)
    }
  }

  // Would catch a part that is made up where the file has none, and one that is read as another type.
  @Test func everyTensorIsNeededAndOfItsType() throws {
    for model in try Self.models() {
      for (name, tensor) in model.tensors {
        #expect(error(model) { $0[name] = nil } != nil, "\(model.type) without \(name)")
        let other = Tensor(tensor.shape, [UInt8](repeating: 1, count: tensor.shape.count))
        #expect(error(model) { $0[name] = other } != nil, "\(model.type) with \(name) as u8")
      }
    }
  }

  @Test func eachDamageIsNamed() throws {
    let models = try Self.models()
    let (dynamic, weightOnly, mixed) = (models[0], models[2], models[4])
    #expect(
      error(dynamic) { $0["l0.per_tensor_range"] = nil }?.contains("'l0.per_tensor_range'") == true)
    #expect(
      error(dynamic) { $0["l0.per_tensor_range"] = Tensor([2], [-1, 5] as [Int32]) }
        == "parameter 'l0.per_tensor_range': expected integers within 0...255, found -1...5")
    #expect(
      error(dynamic) { $0["l0.scale"] = Tensor([], [1] as [Float]) }?.contains("'l0.zero_point'") == true)
    #expect(
      error(dynamic) { $0.merge(Self.parameters("l0")) { $1 } }
        == "parameter 'l0.scale': no layer of the network uses it", "nothing behind it takes integers")
    #expect(
      error(dynamic) { $0.merge(Self.parameters("quant")) { $1 } }
        == "parameter 'quant.range': no layer of the network uses it")
    #expect(
      error(dynamic) { $0["l0.bias"] = Tensor([2], [0, 0] as [Float]) }
        == "parameter 'l0.bias': expected f32 [5], found f32 [2]")
    #expect(error(dynamic) { $0["l0.bias"] = nil } == "parameter 'l0.bias': expected f32 [5], found none")
    #expect(
      error(dynamic) { $0["l4.bias"] = Tensor([19], [Float](repeating: 0, count: 19)) }
        == "parameter 'l4.bias': expected none, found f32 [19]")
    #expect(
      error(weightOnly) { $0["l5.bias"] = Tensor([3], [0, .infinity, 0] as [Float]) }
        == "parameter 'l5.bias': expected finite numbers, found inf")
    #expect(
      error(weightOnly) { $0["l0.multiplier"] = Tensor([5], [Float](repeating: 1, count: 5)) }
        == "parameter 'l0.multiplier': no layer of the network uses it")
    #expect(
      error(mixed) { $0["l6.weight"] = Tensor([10, 19], [Float](repeating: .nan, count: 190)) }
        == "parameter 'l6.weight': expected finite numbers, found nan")
    #expect(
      error(mixed) { $0["l6.weight"] = Tensor([19, 10], [Float](repeating: 0, count: 190)) }
        == "parameter 'l6.weight': expected f32 [10, 19], found f32 [19, 10]")
    // Behind l2 l5 takes integers, so its scale is needed.
    #expect(
      error(mixed) { for part in ["scale", "zero_point", "range"] { $0["l2.\(part)"] = nil } }?
        .contains("'l2.scale'") == true)
  }

  private static func parameters(_ name: String) -> [String: Tensor] {
    [
      "\(name).scale": Tensor([], [1] as [Float]), "\(name).zero_point": Tensor([], [0] as [Int32]),
      "\(name).range": Tensor([2], [0, 255] as [Int32]),
    ]
  }
}
