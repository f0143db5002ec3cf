import Networks
import ONNXFormat

// Operations on each value by itself, and the softmax at the end.
extension ONNXReader {
  /// x, or a part of it where it is negative.
  mutating func leakyRelu(_ node: ONNXNode) throws -> ONNXFlow {
    try layer(.leakyReLU(LeakyReLU(slope: try node.real("alpha", default: 0.01))), of: node)
  }

  /// Values held between two numbers, where those are a ReLU's or a ReLU6's.
  mutating func clip(_ node: ONNXNode) throws -> ONNXFlow {
    func bound(_ index: Int, _ attribute: String, _ none: Float) throws -> Float {
      if let tensor = try optionalTensor(node, index, attribute) { return try single(tensor, node) }
      return try node.real(attribute, default: none)
    }
    let most = Float.greatestFiniteMagnitude
    let (low, high) = (try bound(1, "min", -most), try bound(2, "max", most))
    switch (low, high) {
    case (0, 6): return try layer(.relu6, of: node)
    case (0, most...): return try layer(.relu, of: node)
    case (...(-most), most...): return try flow(node)
    default: throw node.error("bounds 0 and 6, or 0 and none", found: "\(low) and \(high)")
    }
  }

  /// The larger of a value and 0.
  mutating func maximum(_ node: ONNXNode) throws -> ONNXFlow {
    guard node.inputs.count == 2, try single(try tensor(node, 1, "second input"), node) == 0 else {
      throw node.error("a value and the constant 0", found: "others")
    }
    return try layer(.relu, of: node)
  }

  /// The one number of a constant.
  private func single(_ tensor: ONNXTensor, _ node: ONNXNode) throws(ONNXImportError) -> Float {
    guard case .f32(let values) = tensor.elements, values.count == 1, !values[0].isNaN else {
      throw node.error("a single number", found: "a constant of shape \(tensor.shape.prefix(8))")
    }
    return values[0]
  }

  /// The gate of a hard swish; `arithmetic` multiplies it.
  mutating func hardSigmoid(_ node: ONNXNode) throws -> ONNXFlow {
    let (alpha, beta) = (try node.real("alpha", default: 0.2), try node.real("beta", default: 0.5))
    guard abs(alpha - 1 / 6) < 1e-6, beta == 0.5 else {
      throw node.error("alpha 1/6 and beta 0.5, as in a hard swish", found: "\(alpha) and \(beta)")
    }
    return .hardSigmoid(of: try value(try flow(node), of: node))
  }

  /// Probabilities at the end.
  mutating func softmax(_ node: ONNXNode) throws -> ONNXFlow {
    try checkLast(node)
    return try layer(.softmax, of: node)
  }

  /// Their logarithms at the end: they rank classes as the scores do, and are left out.
  mutating func logSoftmax(_ node: ONNXNode) throws -> ONNXFlow {
    try checkLast(node)
    remarks.append("the LogSoftmax at the end is left out: scores are what enters it")
    return try flow(node)
  }

  private mutating func checkLast(_ node: ONNXNode) throws {
    let value = try value(try flow(node), of: node)
    let axis = try node.number("axis", default: version < 13 ? 1 : -1, within: -4...4)
    guard value.shape.isFlat, axis == 1 || axis == -1 else {
      throw node.error("a vector (N, classes) and axis 1", found: "\(value.shapeText) and axis \(axis)")
    }
    guard node.outputs.first == order.output else {
      throw node.error("the graph's output behind it", found: "other nodes")
    }
  }

  /// Nothing but in training.
  mutating func dropout(_ node: ONNXNode) throws -> ONNXFlow {
    if case .constant? = try optional(node, 2) {
      throw node.error("no training_mode", found: "one; export model.eval()")
    }
    let input = try flow(node)
    if case .pixels = input { return input }
    let ratio = try optionalTensor(node, 1, "ratio").map { try single($0, node) } ?? node.real("ratio", default: 0.5)
    return try layer(.dropout(Dropout(probability: ratio)), of: node)
  }
}
