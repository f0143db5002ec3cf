import Kernels
import Layers
import Networks
import Quantization

// What layers without a weight of integers make of bytes, for who runs a model without this engine.
extension QuantizedModel {
  /// The bytes, as stored, that leave a layer for each of the 256 that may enter: one table, or one for each channel.
  /// - Parameters:
  ///   - channels: 1 where nothing tells channels apart.
  ///   - entering: what the bytes that enter stand for.
  ///   - leaving: what those that leave stand for.
  /// - Precondition: the layer computes in integers and is one of those that run as a table.
  package func tables(
    of layer: Layer, channels: Int, from entering: QuantizationParameters, to leaving: QuantizationParameters,
    compute: Compute
  ) -> [[UInt8]] {
    let bytes = layer.table(
      from: entering.stored, to: leaving.stored, channels: channels, profile: profile, compute: compute,
      parameter: floatParameters(of: layer.name))
    return (0..<channels).map { channel in (0..<256).map { bytes.pointer[channel * 256 + $0] } }
  }

  /// For each byte its number under other parameters, both as stored.
  package func table(
    from entering: QuantizationParameters, to leaving: QuantizationParameters, compute: Compute
  ) -> [UInt8] {
    let bytes = compute.kernels.table(from: entering.stored, to: leaving.stored, profile: profile)
    return (0..<256).map { bytes.pointer[$0] }
  }

  /// A layer's parameters in floats, by name.
  func floatParameters(of layer: String) -> (String) -> [Float] {
    let (numbers, others) = (layers[layer]?.float, floatParameters)
    return { part in
      others["\(layer).\(part)"]?.f32 ?? (part == "weight" ? numbers?.values : numbers?.bias) ?? []
    }
  }
}
