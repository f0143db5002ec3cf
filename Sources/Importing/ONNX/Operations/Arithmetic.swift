import Networks
import ONNXFormat

// Sums, products and joins: of two values, of a value and a constant, or of sizes.
extension ONNXReader {
  /// A sum, a difference, a product or a quotient.
  mutating func arithmetic(_ node: ONNXNode, _ change: ONNXPixels.Change) throws -> ONNXFlow {
    let (left, right) = (try flow(node, 0), try flow(node, 1))
    switch (left, right, change) {
    case (.sizes, _, _), (_, .sizes, _): return .sizes(try compute(node, change))
    case (.constant(let one), .constant, _) where ONNXSizes(one) != nil: return .sizes(try compute(node, change))
    case (.pixels(let pixels), .constant, _): return try normalize(pixels, change, by: 1, node)
    case (.constant, .pixels(let pixels), .add), (.constant, .pixels(let pixels), .multiply):
      return try normalize(pixels, change, by: 0, node)
    case (.value(let value), .constant, .add): return try addConstant(1, to: value, at: 0, node)
    case (.constant, .value(let value), .add): return try addConstant(0, to: value, at: 1, node)
    case (.value(let one), .hardSigmoid(let other), .multiply) where one == other,
      (.hardSigmoid(let other), .value(let one), .multiply) where one == other:
      return try layer(.hardSwish, of: node, reading: [.value(one)])
    case (_, _, .add): return try layer(.add(Add()), of: node, reading: [left, right])
    default:
      throw node.error(
        "a constant that shifts or scales the images before the first layer, or x * HardSigmoid(x)",
        found: "\(left.kind) and \(right.kind)")
    }
  }

  /// The images, shifted or scaled by a constant: one number, or one for each channel.
  private mutating func normalize(
    _ pixels: ONNXPixels, _ change: ONNXPixels.Change, by index: Int, _ node: ONNXNode
  ) throws -> ONNXFlow {
    let constant = try tensor(node, index, "constant")
    guard case .f32(let values) = constant.elements, values.allSatisfy(\.isFinite) else {
      throw node.error("finite numbers", found: "others")
    }
    let channels = input.image.channels
    let padded = [Int](repeating: 1, count: max(0, 4 - constant.shape.count)) + constant.shape
    guard values.count == 1 || padded == [1, channels, 1, 1] else {
      throw node.error(
        "one number, or one for each channel: shape [\(channels), 1, 1]", found: "shape \(constant.shape.prefix(8))")
    }
    if change == .multiply || change == .divide {
      guard values.allSatisfy({ $0 > 0 }) else {
        throw node.error("factors above 0", found: "\(values.min() ?? 0)")
      }
    }
    return .pixels(pixels.changed(change, by: values))
  }

  /// A constant that is the bias of the product before it.
  private mutating func addConstant(
    _ index: Int, to value: ONNXValueOfLayer, at other: Int, _ node: ONNXNode
  ) throws -> ONNXFlow {
    let constant = try tensor(node, index, "constant")
    guard addBias(constant, to: value, named: node.inputs[other]) else {
      throw node.error(
        "one number for each channel, added to a convolution or a linear layer without a bias that nothing else reads",
        found: "a constant of shape \(constant.shape.prefix(8)) and \(value.shapeText)")
    }
    return .value(value)
  }

  /// What sizes come to.
  private mutating func compute(_ node: ONNXNode, _ change: ONNXPixels.Change) throws -> ONNXSizes {
    let (left, right) = (try sizes(node, 0), try sizes(node, 1))
    guard let one = left.counts, let other = right.counts, one.count == 1, other.count == 1 else {
      throw node.error("two sizes, neither of them the number of images", found: "others")
    }
    let (result, overflows): (Int, Bool) =
      switch change {
      case .add: one[0].addingReportingOverflow(other[0])
      case .subtract: one[0].subtractingReportingOverflow(other[0])
      case .multiply: one[0].multipliedReportingOverflow(by: other[0])
      case .divide: one[0].dividedReportingOverflow(by: other[0])
      }
    guard !overflows else { throw node.error("a countable size", found: "\(one[0]) and \(other[0])") }
    return ONNXSizes([.count(result)], isSingle: left.isSingle && right.isSingle)
  }

  /// The channels of several values, or the numbers of several lists.
  mutating func concat(_ node: ONNXNode) throws -> ONNXFlow {
    let axis = try node.number("axis", default: 1, within: -8...8)
    var inputs: [ONNXFlow] = []
    for index in node.inputs.indices { inputs.append(try flow(node, index)) }
    let depends = inputs.contains { if case .constant = $0 { false } else if case .sizes = $0 { false } else { true } }
    guard depends else {
      guard axis == 0 || axis == -1 else { throw node.error("lists joined along axis 0", found: "axis \(axis)") }
      var values: [ONNXSizes.Size] = []
      for index in node.inputs.indices {
        values += try sizes(node, index).values
        guard values.count <= 64 else { throw node.error("at most 64 sizes", found: "more") }
      }
      return .sizes(ONNXSizes(values))
    }
    let rank = try sides(inputs[0], node).count + 1
    guard axis == 1 || axis + rank == 1 else { throw node.error("axis 1, the channels", found: "\(axis)") }
    return inputs.count == 1 ? inputs[0] : try layer(.concat, of: node, reading: inputs)
  }
}
