import Files
import Networks
import ONNXFormat

// Operations with a weight: convolutions, linear layers, batch normalizations.
extension ONNXReader {
  /// A convolution over images.
  mutating func conv(_ node: ONNXNode) throws -> ONNXFlow {
    let image = try image(node)
    let weight = try tensor(node, 1, "weight")
    guard weight.shape.count == 4, weight.shape.allSatisfy({ (1...ONNXNode.largestNumber).contains($0) }) else {
      throw node.error("a weight of 4 sides (out, in / groups, height, width)", found: listed(weight.shape))
    }
    let kernel = Pair(weight.shape[2], weight.shape[3])
    let window = try window(node, over: image, kernel: kernel)
    let bias = try bias(node, 2, count: weight.shape[0])
    let operation = Conv2d(
      out: weight.shape[0], kernel: kernel, stride: window.stride, padding: window.padding, dilation: window.dilation,
      groups: try node.number("group", default: 1), bias: bias != nil)
    return try layer(
      .conv2d(operation), of: node, reading: [try flow(node)], tensor: weight.name,
      values: ["weight": weight].merging(bias.map { ["bias": $0] } ?? [:]) { $1 })
  }

  /// x W + c, as a linear layer.
  mutating func gemm(_ node: ONNXNode) throws -> ONNXFlow {
    try node.require("alpha", 1 as Float, default: 1)
    try node.require("transA", 0, default: 0)
    let bias = try optional(node, 2) == nil ? nil : try tensor(node, 2, "bias")
    if bias != nil { try node.require("beta", 1 as Float, default: 1) }
    return try linear(node, isTurned: try !node.flag("transB"), bias: bias)
  }

  /// x W, as a linear layer without bias.
  mutating func matMul(_ node: ONNXNode) throws -> ONNXFlow { try linear(node, isTurned: true, bias: nil) }

  private mutating func linear(_ node: ONNXNode, isTurned: Bool, bias: ONNXTensor?) throws -> ONNXFlow {
    let found = try tensor(node, 1, "weight")
    guard found.shape.count == 2 else {
      throw node.error("a weight of 2 sides", found: listed(found.shape))
    }
    let weight = isTurned ? try turned(found, in: node) : found
    let bias = try bias == nil ? nil : self.bias(node, 2, count: weight.shape[0])
    return try layer(
      .linear(Linear(out: weight.shape[0], bias: bias != nil)), of: node, reading: [try flow(node)],
      tensor: weight.name, values: ["weight": weight].merging(bias.map { ["bias": $0] } ?? [:]) { $1 })
  }

  /// A bias of a product, one number of each output; nil where it is left out. One number stands for all.
  private mutating func bias(_ node: ONNXNode, _ index: Int, count: Int) throws -> ONNXTensor? {
    guard let bias = try optionalTensor(node, index, "bias"), case .f32(let values) = bias.elements else { return nil }
    if bias.shape == [count] { return bias }
    guard values.count == 1 || bias.shape == [1, count], (1...ONNXNode.largestNumber).contains(count) else {
      throw node.error("a bias of shape [\(count)]", found: listed(bias.shape))
    }
    try compute(count, in: node)
    return ONNXTensor(
      bias.name, shape: [count], .f32(values.count == 1 ? [Float](repeating: values[0], count: count) : values))
  }

  /// A batch normalization, of the channels of an image or of the features of a vector.
  mutating func batchNormalization(_ node: ONNXNode) throws -> ONNXFlow {
    try node.require("training_mode", 0, default: 0)
    let input = try flow(node)
    let isFlat = try value(input, of: node).shape.isFlat
    let epsilon = try node.real("epsilon", default: 1e-5)
    var values: [String: ONNXTensor] = [:]
    for (index, part) in ["weight", "bias", "running_mean", "running_var"].enumerated() {
      values[part] = try tensor(node, index + 1, part)
    }
    return try layer(
      isFlat ? .batchNorm1d(BatchNorm1d(epsilon: epsilon)) : .batchNorm2d(BatchNorm2d(epsilon: epsilon)), of: node,
      reading: [input], tensor: values["weight"]?.name, values: values)
  }
}
