/// A layer as a network file holds it: one mapping, `{name: conv1, type: conv2d, out: 16, kernel: 3, padding: 1}`.
///
/// Encoding writes exactly the keys that mean something for the layer's type. A reader that compares the keys before
/// and after a round trip therefore finds every misspelt one.
extension Layer: Codable {
  enum CodingKeys: String, CodingKey {
    case name, type, out, kernel, stride, padding, bias, relu, epsilon, momentum
  }

  /// Decodes a layer; absent optional keys take PyTorch's defaults. One without a value is refused: to PyTorch None may
  /// mean something else than the default, as for a momentum.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys, default fallback: T) throws -> T {
      keys.contains(key) ? try keys.decode(T.self, forKey: key) : fallback
    }
    name = try keys.decode(String.self, forKey: .name)
    switch try keys.decode(String.self, forKey: .type) {
    case "conv2d":
      operation = .conv2d(
        Conv2d(
          out: try keys.decode(Int.self, forKey: .out), kernel: try keys.decode(Int.self, forKey: .kernel),
          stride: try value(.stride, default: 1), padding: try value(.padding, default: 0),
          bias: try value(.bias, default: true), relu: try value(.relu, default: false)))
    case "batchNorm2d":
      operation = .batchNorm2d(
        BatchNorm2d(epsilon: try value(.epsilon, default: 1e-5), momentum: try value(.momentum, default: 0.1)))
    case "relu": operation = .relu
    case "maxPool2d":
      let kernel = try keys.decode(Int.self, forKey: .kernel)
      operation = .maxPool2d(MaxPool2d(kernel: kernel, stride: try value(.stride, default: kernel)))
    case "flatten": operation = .flatten
    case "linear":
      operation = .linear(
        Linear(
          out: try keys.decode(Int.self, forKey: .out), bias: try value(.bias, default: true),
          relu: try value(.relu, default: false)))
    case let unknown:
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: keys,
        debugDescription: "layer '\(name)': expected conv2d, batchNorm2d, relu, maxPool2d, flatten or linear, "
          + "found '\(unknown)'")
    }
  }

  /// Encodes the keys of the layer's type.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(name, forKey: .name)
    try keys.encode(operation.type, forKey: .type)
    switch operation {
    case .conv2d(let conv):
      try keys.encode(conv.out, forKey: .out)
      try keys.encode(conv.kernel, forKey: .kernel)
      try keys.encode(conv.stride, forKey: .stride)
      try keys.encode(conv.padding, forKey: .padding)
      try keys.encode(conv.bias, forKey: .bias)
      try keys.encode(conv.relu, forKey: .relu)
    case .batchNorm2d(let norm):
      try keys.encode(norm.epsilon, forKey: .epsilon)
      try keys.encode(norm.momentum, forKey: .momentum)
    case .maxPool2d(let pool):
      try keys.encode(pool.kernel, forKey: .kernel)
      try keys.encode(pool.stride, forKey: .stride)
    case .linear(let linear):
      try keys.encode(linear.out, forKey: .out)
      try keys.encode(linear.bias, forKey: .bias)
      try keys.encode(linear.relu, forKey: .relu)
    case .relu, .flatten: break
    }
  }
}
