import Checkpoints
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import Tensors
import Testing

/// Parity with PyTorch's dynamically quantized linear layers, with nothing but the repository.
///
/// A layer's input is recorded, so no float sum of another order stands between: every output is equal, to the bit.
struct SmallDynamicTests {
  static let configurations = ["fbgemm", "fbgemm-per-channel", "qnnpack"]
  static let layers = [("plain", "fc1"), ("plain", "fc2"), ("linear", "fc1"), ("linear", "fc2")]
  static let inputs = ["signed", "negative", "zeros", "tiny", "ties-reduced", "ties-full"]

  /// What `default_dynamic_qconfig` and `per_channel_dynamic_qconfig` say. QNNPACK ignores reduce_range.
  private func scheme(_ name: String) -> QuantizationScheme {
    let isQNNPACK = name == "qnnpack"
    return QuantizationScheme(
      type: .dynamic, profile: isQNNPACK ? .qnnpack : .fbgemm,
      activations: TensorScheme(
        dtype: .u8, symmetry: .affine, granularity: .perTensor, range: IntegerRange(0, isQNNPACK ? 255 : 127),
        observer: .minMax),
      weights: TensorScheme(
        dtype: .s8, symmetry: .symmetric, granularity: name == "fbgemm-per-channel" ? .perChannel : .perTensor,
        range: IntegerRange(.s8), observer: .minMax))
  }

  /// One linear layer by itself, its weight and bias quantized by us from PyTorch's float ones.
  private func layer(_ network: String, _ layer: String, _ name: String) throws -> QuantizedModel {
    let golden = try SmallGolden.shared.get()
    let weight = try golden.file.tensor("\(network).float.\(layer).weight")
    let bias = try golden.file.tensor("\(network).float.\(layer).bias")
    let alone = Network(
      name: layer, input: ImageShape(channels: weight.shape[1], height: 1, width: 1),
      layers: [Layer("flatten", .flatten), Layer(layer, .linear(Linear(out: weight.shape[0])))])
    let float = try FloatModel(network: alone, parameters: ["\(layer).weight": weight, "\(layer).bias": bias])
    return try Convert.convert(CalibratedModel(model: float, scheme: scheme(name))).model
  }

  /// The outputs of one call.
  private func outputs(_ model: QuantizedModel, _ input: Tensor) throws -> [UInt32] {
    let values = try #require(input.f32)
    let engine = try QuantizedEngine(model, capacity: input.shape[0], compute: Golden.compute())
    return values.withUnsafeBufferPointer { engine.logits($0, count: input.shape[0]) }.map(\.bitPattern)
  }

  /// Weights and their scales come from the parameters alone.
  @Test(arguments: layers, configurations)
  func weights(_ place: (network: String, layer: String), _ name: String) throws {
    let golden = try SmallGolden.shared.get()
    let model = try layer(place.network, place.layer, name)
    let found = try #require(model.layers[place.layer]?.quantizedWeight)
    let expected = try golden.file.tensor("\(place.network).dynamic.\(name).\(place.layer).weight")
    #expect(found.integers == expected.s8 && found.shape == expected.shape)
    #expect(found.scales == golden.document.networks[place.network]?.dynamic?[name]?.weight_scales[place.layer])
  }

  @Test(arguments: layers, configurations)
  func outputs(_ place: (network: String, layer: String), _ name: String) throws {
    let golden = try SmallGolden.shared.get()
    let prefix = "\(place.network).dynamic.\(name).\(place.layer)"
    let found = try outputs(layer(place.network, place.layer, name), golden.file.tensor("\(prefix).input"))
    #expect(found == (try golden.file.f32("\(prefix).output")).map(\.bitPattern))
  }

  /// Inputs made for the rule's corners: one sign, zeros alone, a scale below the least, and ties, which an odd zero point
  /// sends to the other side when it is added after rounding.
  @Test(arguments: inputs, configurations) func corners(_ input: String, _ name: String) throws {
    let golden = try SmallGolden.shared.get()
    let found = try outputs(layer("linear", "fc1", name), golden.file.tensor("dynamic.layer.\(input).input"))
    #expect(found == (try golden.file.f32("dynamic.layer.\(name).\(input).output")).map(\.bitPattern))
  }

  /// The recording tells the engines apart: under the other one's arithmetic most cases have an output that differs.
  @Test(arguments: configurations) func enginesAreToldApart(_ name: String) throws {
    let golden = try SmallGolden.shared.get()
    let model = try layer("linear", "fc1", name)
    let other = try QuantizedModel(
      network: model.network, type: .dynamic, profile: model.profile == .fbgemm ? .qnnpack : .fbgemm, scales: [:],
      layers: model.layers)
    let differing = try Self.inputs.filter { input in
      let found = try outputs(other, golden.file.tensor("dynamic.layer.\(input).input"))
      return found != (try golden.file.f32("dynamic.layer.\(name).\(input).output")).map(\.bitPattern)
    }
    #expect(differing.count >= 3, "\(differing)")
  }

  /// A whole network of linear layers has no float sum either: every score is PyTorch's.
  @Test(arguments: configurations) func scores(_ name: String) throws {
    let golden = try SmallGolden.shared.get()
    let calibrated = try CalibratedModel(model: Fuse.fuse(golden.float("linear")), scheme: scheme(name))
    let engine = try QuantizedEngine(
      Convert.convert(calibrated).model, capacity: golden.test.count, compute: Golden.compute())
    let found = golden.test.floats(0..<golden.test.count).withUnsafeBufferPointer {
      engine.logits($0, count: golden.test.count)
    }
    #expect(found.map(\.bitPattern) == (try golden.file.f32("linear.dynamic.\(name).logits")).map(\.bitPattern))
  }
}
