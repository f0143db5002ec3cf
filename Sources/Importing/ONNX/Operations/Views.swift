import Files
import Networks
import ONNXFormat

// Operations that move no number: the same values under another shape.
extension ONNXReader {
  /// A vector of everything but the images' own axis.
  mutating func flatten(_ node: ONNXNode) throws -> ONNXFlow {
    let input = try flow(node)
    let sides = try sides(input, node)
    let axis = try node.number("axis", default: 1, within: -8...8)
    guard axis == 1 || axis + sides.count + 1 == 1 else { throw node.error("axis 1", found: "\(axis)") }
    return try view(input, as: [try product(sides, node)], node)
  }

  /// The shape (N, features), or the one that is there already.
  mutating func reshape(_ node: ONNXNode) throws -> ONNXFlow {
    let (input, target) = (try flow(node), try sizes(node, 1))
    if case .constant(let tensor) = input { return .constant(try reshaped(tensor, to: target, node)) }
    let sides = try sides(input, node)
    let features = try product(sides, node)
    let copiesZero = try !node.flag("allowzero")
    var (wanted, isOpen): ([Int?], Bool) = ([], false)
    for (index, size) in target.values.enumerated() {
      switch size {
      case .batch where index == 0: wanted.append(nil)
      case .count(0) where copiesZero && index <= sides.count: wanted.append(index == 0 ? nil : sides[index - 1])
      case .count(-1) where !isOpen: (isOpen, wanted) = (true, wanted + [-1])
      case .count(let count) where count > 0 && index == 0 && count == self.input.batch: wanted.append(nil)
      case .count(let count) where count > 0 && index > 0: wanted.append(count)
      default: throw wrongShape(target, sides, node)
      }
    }
    guard wanted.count > 1 else { throw wrongShape(target, sides, node) }
    let known = try product(wanted.dropFirst().compactMap { $0 == -1 ? nil : $0 }, node)
    let isBatchOpen = wanted[0] == -1
    guard known > 0, isOpen && !isBatchOpen ? features % known == 0 : features == known else {
      throw wrongShape(target, sides, node)
    }
    return try view(input, as: wanted.dropFirst().map { $0 == -1 ? features / known : $0 ?? 1 }, node)
  }

  private func wrongShape(_ target: ONNXSizes, _ sides: [Int], _ node: ONNXNode) -> ONNXImportError {
    let text = target.values.prefix(8).map { if case .count(let count) = $0 { "\(count)" } else { "N" } }
    return node.error(
      "a shape (N, features) for values of (N, \(sides.map { "\($0)" }.joined(separator: ", ")))",
      found: "(\(text.joined(separator: ", ")))")
  }

  /// Takes off sides of 1.
  mutating func squeeze(_ node: ONNXNode) throws -> ONNXFlow {
    let (input, axes) = (try flow(node), try axes(node))
    switch input {
    case .constant(let tensor):
      let kept = try kept(tensor.shape, axes, node)
      return .constant(ONNXTensor(tensor.name, shape: kept, tensor.elements))
    case .sizes(let sizes):
      guard sizes.values.count == 1, !sizes.isSingle else {
        throw node.error("a list of one size", found: "\(sizes.values.count)")
      }
      return .sizes(ONNXSizes(sizes.values, isSingle: true))
    case .pixels, .value, .hardSigmoid:
      let sides = try sides(input, node)
      guard let axes, !axes.contains(0), !axes.contains(-(sides.count + 1)) else {
        throw node.error("axes behind the first", found: axes.map { "\($0.prefix(8))" } ?? "none")
      }
      // A stand-in for the images' axis, which no axis names.
      return try view(input, as: Array(try kept([0] + sides, axes, node).dropFirst()), node)
    }
  }

  /// A shape without the sides of 1 at some axes, or without all of them.
  private func kept(_ shape: [Int], _ axes: [Int]?, _ node: ONNXNode) throws(ONNXImportError) -> [Int] {
    let gone =
      axes.map { Set($0.map { $0 < 0 ? $0 + shape.count : $0 }) } ?? Set(shape.indices.filter { shape[$0] == 1 })
    guard gone.allSatisfy({ shape.indices.contains($0) && shape[$0] == 1 }) else {
      throw node.error("axes of size 1", found: "\((axes ?? []).prefix(8)) of \(listed(shape))")
    }
    return shape.indices.filter { !gone.contains($0) }.map { shape[$0] }
  }

  /// Puts in sides of 1: in constants and sizes.
  mutating func unsqueeze(_ node: ONNXNode) throws -> ONNXFlow {
    let (input, axes) = (try flow(node), try axes(node) ?? [])
    switch input {
    case .sizes(let sizes):
      guard sizes.isSingle, axes == [0] || axes == [-1] else {
        throw node.error("a single size and axes [0]", found: "\(axes.prefix(8))")
      }
      return .sizes(ONNXSizes(sizes.values))
    case .constant(let tensor):
      let rank = tensor.shape.count + axes.count
      let places = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
      guard rank <= 8, places.count == axes.count, places.allSatisfy((0..<rank).contains) else {
        throw node.error("axes within \(min(rank, 8)) sides", found: "\(axes.prefix(8))")
      }
      var left = tensor.shape[...]
      let shape = (0..<rank).map { places.contains($0) ? 1 : left.removeFirst() }
      return .constant(ONNXTensor(tensor.name, shape: shape, tensor.elements))
    case .pixels, .value, .hardSigmoid:
      throw node.error("a constant or sizes", found: input.kind)
    }
  }

  /// A value under other sides: a vector by a flatten, or the same without sides of 1.
  mutating func view(_ flow: ONNXFlow, as sides: [Int], _ node: ONNXNode) throws -> ONNXFlow {
    switch flow {
    case .value(let value): return try view(value, as: sides, node)
    case .pixels:
      if sides == [input.image.channels, input.image.height, input.image.width] { return flow }
      return try view(try value(flow, of: node), as: sides, node)
    case .hardSigmoid, .constant, .sizes: throw node.error("a value that depends on the images", found: flow.kind)
    }
  }

  /// Likewise of what leaves a layer.
  mutating func view(_ value: ONNXValueOfLayer, as sides: [Int], _ node: ONNXNode) throws -> ONNXFlow {
    if sides == value.sides { return .value(value) }
    if sides.count == 1, !value.shape.isFlat {
      let image = ONNXValueOfLayer(value.layer, value.shape)
      return try layer(.flatten, of: node, reading: [.value(image)])
    }
    guard sides.filter({ $0 != 1 }) == value.sides.filter({ $0 != 1 }) else {
      throw node.error("a shape (N, features) for values of \(value.shapeText)", found: "(N, \(sides))")
    }
    return .value(ONNXValueOfLayer(value.layer, value.shape, sides: sides))
  }

  /// The sides of a value but that which counts images.
  func sides(_ flow: ONNXFlow, _ node: ONNXNode) throws(ONNXImportError) -> [Int] {
    switch flow {
    case .pixels: return [input.image.channels, input.image.height, input.image.width]
    case .value(let value): return value.sides
    case .hardSigmoid, .constant, .sizes: throw node.error("a value that depends on the images", found: flow.kind)
    }
  }

  /// A product that 64 bits hold.
  func product(_ numbers: [Int], _ node: ONNXNode) throws(ONNXImportError) -> Int {
    var all = 1
    for number in numbers {
      let (product, overflows) = all.multipliedReportingOverflow(by: number)
      guard !overflows else { throw node.error("sizes whose product is countable", found: listed(numbers)) }
      all = product
    }
    return all
  }

  /// The axes of a node: an attribute once, an input since.
  mutating func axes(_ node: ONNXNode) throws -> [Int]? {
    if try optional(node, 1) != nil { return try sizes(node, 1).counts }
    return try node.numbers("axes", within: -8...8)
  }
}
