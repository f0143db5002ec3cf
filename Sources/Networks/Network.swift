import Foundation
import Tensors

/// A network as data: an input and layers, each of which reads the layer before it or those that it names. It holds no
/// parameters and computes nothing.
public struct Network: Sendable, Equatable, Codable {
  /// What the network is called, `SimpleCNN`.
  public var name: String
  /// One input image.
  public var input: ImageShape
  /// The layers in an order in which they can be computed. The last one's output is the network's.
  public var layers: [Layer]

  /// A network of the given parts; `shapes()` says whether they fit.
  public init(name: String, input: ImageShape, layers: [Layer]) {
    self.name = name
    self.input = input
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

  /// The layers with a weight matrix: convolutions and linear layers.
  public var productNames: [String] { layers.filter { $0.operation.product != nil }.map(\.name) }
}
