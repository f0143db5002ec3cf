extension Operation {
  /// The operation and what is not its default, for a reader: `conv2d 3x3, padding 1, relu`.
  public var outline: String {
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
