import Files
import ONNXFormat

// Operations on constants and sizes, which are computed as they are read: what exporters write around a reshape.
extension ONNXReader {
  /// The sizes that an input of a node must be.
  mutating func sizes(_ node: ONNXNode, _ index: Int) throws -> ONNXSizes {
    let found = try flow(node, index)
    switch found {
    case .sizes(let sizes): return sizes
    case .constant(let tensor):
      if let sizes = ONNXSizes(tensor) { return sizes }
      fallthrough
    default: throw node.error("a list of whole numbers as its input \(index + 1)", found: found.kind)
    }
  }

  /// What a node holds.
  mutating func constant(_ node: ONNXNode) throws -> ONNXFlow {
    let name = node.outputs.first ?? ""
    for attribute in node.attributes {
      switch (attribute.name, attribute.value) {
      case ("value", .tensor(let tensor)):
        return .constant(ONNXTensor(name, shape: tensor.shape, tensor.elements))
      case ("value_float", .float(let value)): return .constant(ONNXTensor(name, scalar: value))
      case ("value_floats", .floats(let values)):
        return .constant(ONNXTensor(name, shape: [values.count], .f32(values)))
      case ("value_int", .int(let value)): return .constant(ONNXTensor(name, shape: [], .s64([Int64(value)])))
      case ("value_ints", .ints(let values)):
        return .constant(ONNXTensor(name, shape: [values.count], .s64(values.map { Int64($0) })))
      default: continue
      }
    }
    throw node.error("a value of numbers", found: node.attributes.first.map { quoted($0.name) } ?? "none")
  }

  /// Another type, where the numbers stay what they are.
  mutating func cast(_ node: ONNXNode) throws -> ONNXFlow {
    let (input, type) = (try flow(node), ONNXElement(rawValue: try node.number("to", default: 0)))
    switch (input, type) {
    case (.pixels, .f32), (.value, .f32), (.sizes, .s64), (.sizes, .s32): return input
    case (.constant(let tensor), _) where tensor.type == type: return input
    case (.constant(let tensor), .s64) where ONNXSizes(tensor) != nil: return input
    default: throw node.error("a cast of \(input.kind) to its own type", found: "\(type)")
    }
  }

  /// The shape of a value.
  mutating func shape(_ node: ONNXNode) throws -> ONNXFlow {
    let input = try flow(node)
    let all: [ONNXSizes.Size]
    if case .constant(let tensor) = input {
      all = tensor.shape.map { .count($0) }
    } else {
      all = [.batch] + (try sides(input, node)).map { .count($0) }
    }
    func place(_ attribute: String, default fallback: Int) throws(ONNXImportError) -> Int {
      let found = try node.number(attribute, default: fallback, within: -64...64)
      return min(max(found < 0 ? found + all.count : found, 0), all.count)
    }
    let (start, end) = (try place("start", default: 0), try place("end", default: all.count))
    return .sizes(ONNXSizes(Array(all[start..<max(start, end)])))
  }

  /// Some of several sizes.
  mutating func gather(_ node: ONNXNode) throws -> ONNXFlow {
    let (sizes, places) = (try sizes(node, 0), try sizes(node, 1))
    try node.require("axis", 0, default: 0)
    let found = (places.counts ?? []).map { $0 < 0 && $0 > -64 ? $0 + sizes.values.count : $0 }
    guard !sizes.isSingle, places.counts != nil, found.allSatisfy(sizes.values.indices.contains) else {
      throw node.error("places within a list of \(sizes.values.count)", found: listed(found))
    }
    return .sizes(ONNXSizes(found.map { sizes.values[$0] }, isSingle: places.isSingle))
  }

  /// Sizes from one place to another.
  mutating func slice(_ node: ONNXNode) throws -> ONNXFlow {
    let all = try sizes(node, 0)
    func place(_ index: Int, _ attribute: String) throws -> Int {
      let found =
        try optional(node, index) != nil
        ? try sizes(node, index).counts : try node.numbers(attribute, within: Int.min...Int.max)
      guard let found, found.count == 1 else { throw node.error("one place in '\(attribute)'", found: "others") }
      return found[0]
    }
    func inside(_ place: Int) -> Int {
      min(max(place < 0 && place > -64 ? place + all.values.count : place, 0), all.values.count)
    }
    if try optional(node, 4) != nil, try sizes(node, 4).counts != [1] {
      throw node.error("steps of 1", found: "others")
    }
    if try optional(node, 3) != nil, try sizes(node, 3).counts != [0] { throw node.error("axis 0", found: "another") }
    let (start, end) = (inside(try place(1, "starts")), inside(try place(2, "ends")))
    return .sizes(ONNXSizes(Array(all.values[start..<max(start, end)])))
  }

  /// As many times one number as a shape has places; only lists of sizes are made so.
  mutating func constantOfShape(_ node: ONNXNode) throws -> ONNXFlow {
    guard let counts = try sizes(node, 0).counts, counts.count == 1, (0...64).contains(counts[0]) else {
      throw node.error("a list of at most 64 numbers", found: "another shape")
    }
    guard case .tensor(let value)? = node["value"], case .s64(let numbers) = value.elements, numbers.count == 1 else {
      throw node.error("one int64 in attribute 'value'", found: node["value"]?.text ?? "none")
    }
    return .sizes(ONNXSizes([ONNXSizes.Size](repeating: .count(Int(numbers[0])), count: counts[0])))
  }

  /// A constant under another shape.
  mutating func reshaped(_ tensor: ONNXTensor, to target: ONNXSizes, _ node: ONNXNode) throws -> ONNXTensor {
    let count = try product(tensor.shape, node)
    guard var shape = target.counts, shape.count <= 8, shape.allSatisfy({ $0 > 0 || $0 == -1 }) else {
      throw node.error("a shape of whole numbers above 0", found: "another")
    }
    let known = try product(shape.filter { $0 != -1 }, node)
    if let open = shape.firstIndex(of: -1), known > 0, count % known == 0 { shape[open] = count / known }
    guard !shape.contains(-1), try product(shape, node) == count else {
      throw node.error("a shape of \(count) numbers", found: listed(shape))
    }
    return ONNXTensor(tensor.name, shape: shape, tensor.elements)
  }

  /// A constant with its axes in another order.
  mutating func transpose(_ node: ONNXNode) throws -> ONNXFlow {
    let input = try flow(node)
    guard case .constant(let tensor) = input, case .f32(let values) = tensor.elements else {
      throw node.error(
        "a constant of float32; images and values keep their order (N, channels, height, width)", found: input.kind)
    }
    let rank = tensor.shape.count
    let order = try node.numbers("perm", count: rank, within: 0...8) ?? Array((0..<rank).reversed())
    guard rank <= 8, Set(order) == Set(0..<rank) else {
      throw node.error("each of \(rank) axes once", found: listed(order))
    }
    try compute(values.count, in: node)
    return .constant(tensor.transposed(order, values))
  }
}

extension ONNXTensor {
  /// The tensor with its axes in another order.
  fileprivate func transposed(_ order: [Int], _ values: [Float]) -> ONNXTensor {
    let sides = order.map { shape[$0] }
    var steps = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { steps[axis] = steps[axis + 1] &* shape[axis + 1] }
    let strides = order.map { steps[$0] }
    var (places, offset, result) = ([Int](repeating: 0, count: sides.count), 0, [Float]())
    result.reserveCapacity(values.count)
    while result.count < values.count {
      result.append(values[offset])
      for axis in sides.indices.reversed() {
        places[axis] += 1
        offset += strides[axis]
        if places[axis] < sides[axis] { break }
        offset -= strides[axis] * sides[axis]
        places[axis] = 0
      }
    }
    return ONNXTensor(name, shape: sides, .f32(result))
  }
}
