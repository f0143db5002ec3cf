import Foundation
import Networks

/// A network as the text of a `network.yaml`, a line for each layer, without the keys that say what is so anyway.
public struct NetworkText: Sendable {
  private let network: Network

  /// The text of a network.
  public init(_ network: Network) { self.network = network }

  /// The file's text.
  /// - Throws: `EncodingError`, `DecodingError`: never for a network whose shapes fit.
  public func text() throws -> String {
    let layers = try network.layers.map { "  - {\(try Self.words(of: $0).joined(separator: ", "))}\n" }
    return "name: \(YAMLWord.quoted(network.name))\ninput: {\(input.joined(separator: ", "))}\nlayers:\n"
      + layers.joined()
  }

  private var input: [String] {
    let (input, normalization) = (network.input, network.normalization)
    let sizes = ["channels: \(input.channels)", "height: \(input.height)", "width: \(input.width)"]
    return sizes + (normalization.map { ["mean: \($0.mean)", "std: \($0.std)"] } ?? [])
  }

  /// The order in which a person says the keys of a layer; others follow by their names, and `inputs` last.
  private static let order = [
    "name", "type", "out", "kernel", "stride", "padding", "dilation", "groups", "ceil", "count_include_pad", "epsilon",
    "momentum", "slope", "probability", "bias", "relu",
  ]

  /// `name: conv1`, `type: conv2d` and so on: the layer's keys without those whose value is the default.
  private static func words(of layer: Layer) throws -> [String] {
    var keys = try JSONDecoder().decode([String: Value].self, from: JSONEncoder().encode(layer))
    for key in keys.keys.sorted() {
      let value = keys.removeValue(forKey: key)
      let decoded = try? JSONDecoder().decode(Layer.self, from: JSONEncoder().encode(keys))
      if decoded != layer { keys[key] = value }
    }
    func place(_ key: String) -> (Int, String) {
      (order.firstIndex(of: key) ?? (key == "inputs" ? order.count + 1 : order.count), key)
    }
    return keys.sorted { place($0.key) < place($1.key) }.map { "\($0.key): \($0.value.text)" }
  }

  /// What a key may hold.
  private enum Value: Codable {
    case number(Int)
    case real(Float)
    case flag(Bool)
    case word(String)
    case list([Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Int.self) {
        self = .number(number)
      } else if let real = try? container.decode(Float.self) {
        self = .real(real)
      } else if let word = try? container.decode(String.self) {
        self = .word(word)
      } else {
        self = .list(try container.decode([Value].self))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let value): try container.encode(value)
      case .real(let value): try container.encode(value)
      case .flag(let value): try container.encode(value)
      case .word(let value): try container.encode(value)
      case .list(let values): try container.encode(values)
      }
    }

    var text: String {
      switch self {
      case .number(let value): "\(value)"
      case .real(let value): "\(value)"
      case .flag(let value): "\(value)"
      case .word(let value): YAMLWord.quoted(value)
      case .list(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
      }
    }
  }
}
