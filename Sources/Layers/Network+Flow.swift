/// What flows between two layers of a quantized network.
public enum Flow: Sendable, Equatable {
  /// Integers, with a scale and a zero point.
  case integer
  /// Real numbers.
  case real
}

extension Network {
  /// What flows into each layer and, last, out of the network, when some layers take and give integers and the other
  /// convolutions and linear layers real numbers.
  ///
  /// Integers leave an integer layer. What leaves any other product, or enters the network, is quantized at once if the
  /// next product takes integers, so that pools and ReLUs in between have less to move. What enters a real layer as
  /// integers is dequantized just before it.
  public func flow(integerLayers: Set<String>) -> [Flow] {
    func next(from index: Int) -> Flow {
      let product = layers[index...].first { $0.operation.isProduct }
      return product.map { integerLayers.contains($0.name) ? .integer : .real } ?? .real
    }
    var flow = [next(from: 0)]
    for (index, layer) in layers.enumerated() {
      if integerLayers.contains(layer.name) {
        flow.append(.integer)
      } else if layer.operation.isProduct {
        flow.append(next(from: index + 1))
      } else {
        flow.append(flow[index])
      }
    }
    return flow
  }

  /// The tensors with a scale of their own in such a network: the input and the products' outputs that are quantized.
  public func scaledNames(integerLayers: Set<String>) -> [String] {
    let flow = flow(integerLayers: integerLayers)
    return (flow[0] == .integer ? [Self.inputName] : [])
      + layers.indices.filter { layers[$0].operation.isProduct && flow[$0 + 1] == .integer }.map { layers[$0].name }
  }

  /// The layers with a weight matrix: convolutions and linear layers.
  public var productNames: [String] { layers.filter(\.operation.isProduct).map(\.name) }
}

extension Operation {
  /// Whether it multiplies by a weight matrix.
  var isProduct: Bool {
    switch self {
    case .conv2d, .linear: true
    case .batchNorm2d, .relu, .maxPool2d, .flatten: false
    }
  }

  /// Whether a ReLU was fused into it.
  public var hasFusedReLU: Bool {
    switch self {
    case .conv2d(let conv): conv.relu
    case .linear(let linear): linear.relu
    case .batchNorm2d, .relu, .maxPool2d, .flatten: false
    }
  }
}
