import Networks

/// Where a lowered network's values lie.
package struct Plan {
  /// One layout for each value.
  package let layouts: [ActivationLayout]
  private let lowered: LoweredNetwork

  /// The plan of a network: every value has the border that its readers' padding asks for and, for training, the one
  /// that its writer's backward pass reads around the gradient, if any. A value that is to be seen as a vector without
  /// being copied has none.
  package init(_ lowered: LoweredNetwork, forTraining: Bool = false) {
    self.lowered = lowered
    var borders = [Int](repeating: 0, count: lowered.values.count)
    var isViewed = [Bool](repeating: false, count: lowered.values.count)
    for node in lowered.nodes {
      guard let kind = lowered.operation(of: node)?.kind else { continue }
      for input in node.inputs {
        borders[input] = max(borders[input], kind.border)
        if kind.isView { isViewed[input] = true }
      }
    }
    if forTraining {
      for node in lowered.nodes where !(isViewed[node.output] && borders[node.output] == 0) {
        guard case .conv2d(let writer) = lowered.operation(of: node), writer.stride == 1,
          !writer.isDepthwise(over: lowered.values[node.inputs[0]].shape.image)
        else { continue }
        borders[node.output] = max(borders[node.output], writer.gradientBorder.largest)
      }
    }
    layouts = zip(lowered.values, borders).map { value, border in
      ActivationLayout(image: value.shape.image, border: value.shape.isFlat ? 0 : border)
    }
  }

  /// Whether a node's output is its input's memory under another shape.
  package func isView(_ node: LoweredNetwork.Node) -> Bool {
    guard case .layer(let index) = node.operation else { return false }
    return lowered.network.layers[index].operation.kind.isView && layouts[node.inputs[0]].border == 0
  }
}

extension LoweredNetwork {
  /// The operation that reads a node's inputs as they lie, and whose backward pass reads the gradient of its output: a
  /// layer, or the product whose integers are multiplied; nil for what goes value by value.
  fileprivate func operation(of node: Node) -> Networks.Operation? {
    switch node.operation {
    case .layer(let index), .multiply(let index): network.layers[index].operation
    case .quantize, .dequantize, .quantizeDynamically, .requantize, .dequantizeSums: nil
    }
  }

  /// The pool that engines take into the convolution before it, nil where none follows: it alone reads what the node
  /// writes, its windows do not overlap, and a byte names a place in them.
  package func pool(behind node: Int) -> (node: Int, pool: MaxPool2d)? {
    guard let layer = nodes[node].layer, case .conv2d(let conv) = network.layers[layer].operation,
      !conv.isDepthwise(over: values[nodes[node].inputs[0]].shape.image)
    else { return nil }
    let readers = readers(of: nodes[node].output)
    guard readers.count == 1, case .layer(let next) = nodes[readers[0]].operation,
      case .maxPool2d(let pool) = network.layers[next].operation, pool.window.isPlain,
      pool.kernel.height <= pool.stride.height, pool.kernel.height <= 16
    else { return nil }
    return (readers[0], pool)
  }
}
