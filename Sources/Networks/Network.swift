import Foundation
import Tensors

/// A network as data: an input and layers, each of which reads the layer before it or those that it names. It holds no
/// parameters and computes nothing.
public struct Network: Sendable, Equatable {
  /// What the network is called, `SimpleCNN`.
  public var name: String
  /// One input image.
  public var input: ImageShape
  /// What becomes of the pixels before the first layer; nil where they are taken as they are.
  public var normalization: PixelNormalization?
  /// The layers in an order in which they can be computed. The last one's output is the network's.
  public var layers: [Layer]

  /// A network of the given parts; `shapes()` says whether they fit.
  public init(name: String, input: ImageShape, normalization: PixelNormalization? = nil, layers: [Layer]) {
    self.name = name
    self.input = input
    self.normalization = normalization
    self.layers = layers
  }

  /// The network that a checkpoint's metadata holds.
  /// - Throws: `MetadataError` when the text is not such a network.
  public init(json: String) throws(MetadataError) {
    do {
      self = try JSONDecoder().decode(Network.self, from: Data(json.utf8))
    } catch {
      throw MetadataError(key: "network", value: json, cause: error)
    }
  }

  /// The network as one line of JSON with sorted keys: the same network, the same bytes.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("a network always encodes") }
    return String(decoding: data, as: UTF8.self)
  }

  /// The name of the network's input, under which it is observed and quantized: PyTorch's QuantStub.
  public static let inputName = "quant"

  /// The layers' names, in order.
  public var layerNames: [String] { layers.map(\.name) }

  /// The names of all values: the input's, and each layer's for what leaves it.
  public var valueNames: [String] { [Self.inputName] + layerNames }

  /// The layers for whose outputs a scale is chosen where they compute in integers.
  public var scaledNames: [String] { layers.filter { $0.operation.hasOwnScale }.map(\.name) }

  /// The parameters of all batch normalizations, by name.
  package var normalizationParameters: [String] {
    layers.filter { $0.operation.normalization != nil }.flatMap { layer in
      layer.operation.kind.parameters(of: input).map { "\(layer.name).\($0.name)" }
    }
  }

  /// The layers with a weight matrix: convolutions and linear layers.
  public var productNames: [String] { layers.filter { $0.operation.product != nil }.map(\.name) }
}

extension Network: Codable {
  enum CodingKeys: String, CodingKey {
    case name, input, layers
  }

  /// What a file says of the input: its size and, side by side with it, its normalization.
  private struct Input: Codable {
    let channels: Int
    let height: Int
    let width: Int
    let mean: [Float]?
    let std: [Float]?
  }

  /// Decodes a network.
  /// - Throws: `DecodingError` for a `mean` without a `std` too, or the other way round.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    let found = try keys.decode(Input.self, forKey: .input)
    if (found.mean == nil) != (found.std == nil) {
      let (there, missing) = found.std == nil ? ("mean", "std") : ("std", "mean")
      throw DecodingError.dataCorruptedError(
        forKey: .input, in: keys, debugDescription: "expected \(missing) beside \(there), found none")
    }
    self.init(
      name: try keys.decode(String.self, forKey: .name),
      input: ImageShape(channels: found.channels, height: found.height, width: found.width),
      normalization: found.mean.flatMap { mean in found.std.map { PixelNormalization(mean: mean, std: $0) } },
      layers: try keys.decode([Layer].self, forKey: .layers))
  }

  /// Encodes a network; without a normalization, none of its keys.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(name, forKey: .name)
    try keys.encode(
      Input(
        channels: input.channels, height: input.height, width: input.width, mean: normalization?.mean,
        std: normalization?.std), forKey: .input)
    try keys.encode(layers, forKey: .layers)
  }
}
