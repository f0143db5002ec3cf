extension Network {
  /// The network for a reader, a line for each layer: `conv1: conv2d 3x3, padding 1, relu: 1x28x28 → 16x28x28`.
  /// - Throws: `NetworkError` when the layers do not fit each other.
  public func outline() throws(NetworkError) -> [String] {
    let shapes = try shapes()
    return layers.enumerated().map { index, layer in
      "\(layer.name): \(layer.operation.outline): \(shapes[index]) → \(shapes[index + 1])"
    }
  }
}

extension Operation {
  /// The operation and what is not its default.
  var outline: String {
    switch self {
    case .conv2d(let conv):
      "conv2d \(conv.kernel)x\(conv.kernel)" + (conv.stride == 1 ? "" : ", stride \(conv.stride)")
        + (conv.padding == 0 ? "" : ", padding \(conv.padding)") + (conv.relu ? ", relu" : "")
    case .linear(let linear): "linear" + (linear.relu ? ", relu" : "")
    case .maxPool2d(let pool):
      "maxPool2d \(pool.kernel)x\(pool.kernel)" + (pool.stride == pool.kernel ? "" : ", stride \(pool.stride)")
    case .batchNorm2d, .relu, .flatten: type
    }
  }
}
