import Tensors

// The values of a network are numbered: 0 is the input, index + 1 what leaves the layer of that index.
extension Network {
  /// The values that each layer reads.
  /// - Throws: `NetworkError` for a layer that reads what is not there yet or one value twice, or whose output nothing
  ///   reads, and for a softmax before the end.
  public func sources() throws(NetworkError) -> [[Int]] {
    var places = [Self.inputName: 0]
    var sources: [[Int]] = []
    for (index, layer) in layers.enumerated() {
      var values = layer.inputs == nil ? [index] : []
      for name in layer.inputs ?? [] {
        guard let place = places[name] else {
          throw .unknownInput(layer.name, name, known: Array(valueNames[...index]))
        }
        guard !values.contains(place) else { throw .repeatedInput(layer.name, name) }
        values.append(place)
      }
      sources.append(values)
      places[layer.name] = index + 1
    }
    let read = Set(sources.joined())
    if let unread = layers.indices.dropLast().first(where: { !read.contains($0 + 1) }) {
      throw .unread(layers[unread].name)
    }
    if let early = layers.dropLast().first(where: { $0.operation == .softmax }) { throw .earlySoftmax(early.name) }
    return sources
  }

  /// The shape of each value: `layers.count + 1` of them.
  /// - Throws: `NetworkError`, naming the first layer that does not fit.
  public func shapes() throws(NetworkError) -> [ActivationShape] {
    let sizes = 1...Layer.largestSize
    guard sizes.contains(input.channels), sizes.contains(input.height), sizes.contains(input.width) else {
      throw .badInput(input)
    }
    try normalization?.check(channels: input.channels)
    guard !layers.isEmpty else { throw .noLayers }
    try checkNames()
    var shapes = [ActivationShape(image: input, isFlat: false)]
    for (layer, sources) in zip(layers, try sources()) {
      let entering = sources.map { shapes[$0] }
      shapes.append(try layer.output(of: entering))
      try layer.requireAddressable(from: entering[0], to: shapes[shapes.count - 1])
    }
    try checkTensorNames()
    return shapes
  }

  /// The shape of the first value that each layer reads: its input, where it has one.
  /// - Throws: `NetworkError` when the layers do not fit.
  public func inputShapes() throws(NetworkError) -> [ActivationShape] {
    let shapes = try shapes()
    return try sources().map { shapes[$0[0]] }
  }

  /// The parameters that the network needs, by name, with PyTorch's shapes.
  /// - Throws: `NetworkError` when the layers do not fit.
  public func parameterShapes() throws(NetworkError) -> [String: Shape] {
    var parameters: [String: Shape] = [:]
    for (layer, input) in zip(layers, try inputShapes()) {
      for (name, shape) in layer.operation.kind.parameters(of: input.image) {
        parameters["\(layer.name).\(name)"] = shape
      }
    }
    return parameters
  }

  /// Multiplications that each layer makes of one image, by the definition of what it computes: a term of a sum is one.
  /// - Throws: `NetworkError` when the layers do not fit each other.
  public func multiplications() throws(NetworkError) -> [String: Int] {
    let (inputs, outputs) = (try inputShapes(), try shapes().dropFirst())
    return Dictionary(
      uniqueKeysWithValues: zip(layers, zip(inputs, outputs)).map { layer, shapes in
        (layer.name, layer.operation.kind.multiplications(input: shapes.0.image, output: shapes.1.image))
      })
  }

  private func checkNames() throws(NetworkError) {
    var seen: Set<String> = [Self.inputName]
    for layer in layers {
      let words = layer.name.split(separator: ".", omittingEmptySubsequences: false)
      guard words.allSatisfy({ !$0.isEmpty && !$0.contains { $0.isWhitespace || "\"\\/".contains($0) } }) else {
        throw .badName(layer.name)
      }
      guard seen.insert(layer.name).inserted else { throw .repeatedName(layer.name) }
    }
  }

  /// Refuses a layer that is called as another's tensor: both would stand under one name in the catalog.
  private func checkTensorNames() throws(NetworkError) {
    let byName = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.operation.kind) })
    for layer in layers {
      guard let dot = layer.name.lastIndex(of: ".") else { continue }
      let (owner, word) = (String(layer.name[..<dot]), String(layer.name[layer.name.index(after: dot)...]))
      guard let kind = byName[owner] else { continue }
      // Fusing gives a product a bias where it had none.
      let words = kind.parameters(of: input).map(\.name) + kind.unusedTensors + (kind is any Product ? ["bias"] : [])
      if words.contains(word) { throw .nameOfTensor(layer.name, of: owner) }
    }
  }
}

extension ClosedRange<Int> {
  /// `1 value`, `2 values`, `2 values or more`.
  fileprivate var words: String {
    let count = "\(lowerBound) value\(lowerBound == 1 ? "" : "s")"
    return lowerBound == upperBound ? count : count + " or more"
  }
}

extension Layer {
  /// What leaves the layer when `inputs` enter.
  fileprivate func output(of inputs: [ActivationShape]) throws(NetworkError) -> ActivationShape {
    let kind = operation.kind
    guard kind.inputCounts.contains(inputs.count) else {
      throw .doesNotFit(name, "\(kind.type) reads \(kind.inputCounts.words), found \(inputs.count) in inputs")
    }
    do throws(OperationError) {
      return try kind.shape(of: inputs)
    } catch {
      throw .doesNotFit(name, error.reason)
    }
  }

  /// Checks what flows in and out, borders included, and every parameter.
  fileprivate func requireAddressable(
    from input: ActivationShape, to output: ActivationShape
  ) throws(NetworkError) {
    let (image, kind) = (input.image, operation.kind)
    let (height, width) = (image.height + 2 * kind.reach, image.width + 2 * kind.reach)
    var sizes = [[image.channels, height, width], [output.image.channels, height, width]]
    sizes += kind.parameters(of: image).map(\.shape.dimensions)
    for factors in sizes {
      let product = factors.reduce(1) { product, factor in
        let (next, overflows) = product.multipliedReportingOverflow(by: factor)
        return overflows ? .max : next
      }
      guard product <= Self.largestTensor else {
        throw .doesNotFit(
          name,
          "expected at most \(Self.largestTensor) values, found \(factors.map(String.init).joined(separator: "x"))")
      }
    }
  }
}
