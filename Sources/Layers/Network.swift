import Foundation
import Tensors

/// A network as data: an input and a chain of layers. It holds no parameters and computes nothing.
public struct Network: Sendable, Equatable, Codable {
  /// What the network is called, `SimpleCNN`.
  public var name: String
  /// One input image.
  public var input: ImageShape
  /// The layers, first to last.
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

  /// The layers' names, in order.
  public var layerNames: [String] { layers.map(\.name) }
}

/// The size of one image, without the batch: channels, height, width.
public struct ImageShape: Sendable, Equatable, Hashable, Codable, CustomStringConvertible {
  /// Colours or feature maps.
  public var channels: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// An image of `channels` maps of `height` x `width`.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Values in one image.
  public var count: Int { channels * height * width }

  /// `16x28x28`.
  public var description: String { "\(channels)x\(height)x\(width)" }
}

/// What flows between two layers: an image, or, once flattened, a vector.
public struct ActivationShape: Sendable, Equatable, CustomStringConvertible {
  /// The image; a vector of n features that never was an image is n x 1 x 1.
  public var image: ImageShape
  /// Whether it counts as a vector now. Its image is kept: the order of features comes from it.
  public var isFlat: Bool

  /// `16x28x28`, or `6272 features`.
  public var description: String { isFlat ? "\(image.count) features" : "\(image)" }
}
