/// One step of a network: a name, what it computes, and of what.
///
/// A network file holds a layer as one mapping, `{name: conv1, type: conv2d, out: 16, kernel: 3, padding: 1}`, with
/// `inputs` only where it does not read the layer before it.
public struct Layer: Sendable, Equatable {
  /// Unique in its network; parameters are named after it, `conv1.weight`. So is the value that leaves it.
  public var name: String
  /// What it computes.
  public var operation: Operation
  /// The names of the values that it reads, `Network.inputName` for the network's input; nil for what leaves the layer
  /// before it.
  public var inputs: [String]?

  /// A layer of the given name and operation.
  public init(_ name: String, _ operation: Operation, inputs: [String]? = nil) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
  }

  /// The largest size that a network may name, so that products of three stay within 64 bits.
  static let largestSize = 1 << 20

  /// The most values of an image or a parameter, 2^28: a file that asks for more is refused before memory is taken
  /// for it, and offsets, borders included, stay within 32 bits.
  static let largestTensor = 1 << 28
}

/// Encoding writes exactly the keys that mean something for the layer's type. A reader that compares the keys before
/// and after a round trip therefore finds every misspelt one.
extension Layer: Codable {
  enum CodingKeys: String, CodingKey {
    case name, type, inputs
  }

  /// Decodes a layer; absent optional keys take PyTorch's defaults.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    name = try keys.decode(String.self, forKey: .name)
    let type = try keys.decode(String.self, forKey: .type)
    guard let kind = Operation.kinds.first(where: { $0.type == type }) else {
      let known = Operation.kinds.map { $0.type }
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: keys,
        debugDescription:
          "layer '\(name)': expected \(known.dropLast().joined(separator: ", ")) or \(known.last ?? ""), "
          + "found '\(type)'")
    }
    operation = try kind.decode(from: decoder)
    inputs = keys.contains(.inputs) ? try keys.decode([String].self, forKey: .inputs) : nil
  }

  /// Encodes the keys of the layer's type.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(name, forKey: .name)
    try keys.encode(operation.type, forKey: .type)
    try operation.kind.encode(to: encoder)
    try keys.encodeIfPresent(inputs, forKey: .inputs)
  }
}
