extension Network {
  /// The same network with every ReLU that directly follows a convolution or a linear layer fused into it. The ReLU
  /// layer disappears; the fused layer keeps its own name, and parameters keep theirs.
  ///
  /// The arithmetic does not change: a fused layer replaces negative results by zero as it stores them.
  public func fusingReLU() -> Network {
    var fused = self
    fused.layers = []
    for layer in layers {
      guard layer.operation == .relu, let last = fused.layers.last, let merged = last.followedByReLU() else {
        fused.layers.append(layer)
        continue
      }
      fused.layers[fused.layers.count - 1] = merged
    }
    return fused
  }
  /// The pool that engines take into the convolution before it, nil where none follows: its windows do not overlap, and
  /// a byte names a place in them.
  func pool(takenInBy index: Int) -> MaxPool2d? {
    guard case .conv2d = layers[index].operation, index + 1 < layers.count,
      case .maxPool2d(let pool) = layers[index + 1].operation
    else { return nil }
    return pool.kernel <= pool.stride && pool.kernel <= 16 ? pool : nil
  }
}

extension Layer {
  /// This layer with a ReLU fused into it, or nil when its kind takes none.
  fileprivate func followedByReLU() -> Layer? {
    switch operation {
    case .conv2d(var conv):
      conv.relu = true
      return Layer(name, .conv2d(conv))
    case .linear(var linear):
      linear.relu = true
      return Layer(name, .linear(linear))
    case .batchNorm2d, .relu, .maxPool2d, .flatten: return nil
    }
  }
}
