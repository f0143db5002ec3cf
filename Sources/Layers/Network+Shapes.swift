import Tensors

extension Network {
  /// What flows into each layer and, last, out of the network: `layers.count + 1` shapes.
  /// - Throws: `NetworkError`, naming the first layer that does not fit.
  public func shapes() throws(NetworkError) -> [ActivationShape] {
    let sizes = 1...Layer.largestSize
    guard sizes.contains(input.channels), sizes.contains(input.height), sizes.contains(input.width) else {
      throw .badInput(input)
    }
    guard !layers.isEmpty else { throw .noLayers }
    var seen: Set<String> = [Network.inputName]
    var shapes = [ActivationShape(image: input, isFlat: false)]
    for layer in layers {
      guard !layer.name.isEmpty, !layer.name.contains(where: { $0.isWhitespace || ".\"\\/".contains($0) })
      else {
        throw .badName(layer.name)
      }
      guard seen.insert(layer.name).inserted else { throw .repeatedName(layer.name) }
      let entering = shapes[shapes.count - 1]
      shapes.append(try layer.output(of: entering))
      try layer.requireAddressable(from: entering, to: shapes[shapes.count - 1])
    }
    return shapes
  }

  /// The name under which the network's input is observed and quantized: PyTorch's QuantStub.
  public static let inputName = "quant"

  /// The parameters that the network needs, by name, with PyTorch's shapes.
  /// - Throws: `NetworkError` when the layers do not fit.
  public func parameterShapes() throws(NetworkError) -> [String: Shape] {
    var parameters: [String: Shape] = [:]
    for (layer, input) in zip(layers, try shapes()) {
      for (name, shape) in layer.parameterShapes(input: input) { parameters["\(layer.name).\(name)"] = shape }
    }
    return parameters
  }
}

extension Layer {
  /// What leaves the layer when `input` enters.
  func output(of input: ActivationShape) throws(NetworkError) -> ActivationShape {
    switch operation {
    case .relu: return input
    case .flatten:
      return ActivationShape(image: input.image, isFlat: true)
    case .linear(let linear):
      try require(linear.out, "out", atLeast: 1)
      guard input.isFlat else {
        throw .doesNotFit(name, "linear needs a vector, found an image \(input); add flatten")
      }
      return ActivationShape(image: ImageShape(channels: linear.out, height: 1, width: 1), isFlat: true)
    case .batchNorm2d(let norm):
      let image = try requireImage(input)
      guard norm.epsilon > 0, norm.epsilon.isFinite else {
        throw .doesNotFit(name, "epsilon must be above 0")
      }
      guard (0...1).contains(norm.momentum) else { throw .doesNotFit(name, "momentum must be within 0...1") }
      return ActivationShape(image: image, isFlat: false)
    case .maxPool2d(let pool):
      let image = try requireImage(input)
      return try slide(
        over: image, channels: image.channels, kernel: pool.kernel, stride: pool.stride, padding: 0)
    case .conv2d(let conv):
      try require(conv.out, "out", atLeast: 1)
      try require(conv.padding, "padding", atLeast: 0)
      try require(conv.kernel, "kernel", atLeast: 1)
      return try slide(
        over: try requireImage(input), channels: conv.out, kernel: conv.kernel, stride: conv.stride,
        padding: conv.padding)
    }
  }

  /// The layer's parameters with PyTorch's names and shapes.
  func parameterShapes(input: ActivationShape) -> [(String, Shape)] {
    switch operation {
    case .conv2d(let conv):
      [("weight", Shape([conv.out, input.image.channels, conv.kernel, conv.kernel]))]
        + (conv.bias ? [("bias", Shape([conv.out]))] : [])
    case .linear(let linear):
      [("weight", Shape([linear.out, input.image.count]))]
        + (linear.bias ? [("bias", Shape([linear.out]))] : [])
    case .batchNorm2d:
      ["weight", "bias", "running_mean", "running_var"].map { ($0, Shape([input.image.channels])) }
    case .relu, .flatten, .maxPool2d: []
    }
  }

  /// The largest size that a network may name, so that products of three stay within 64 bits.
  static let largestSize = 1 << 20

  /// The most values of an image or a parameter, 2^28: a file that asks for more is refused before memory is taken
  /// for it, and offsets, borders included, stay within 32 bits.
  static let largestTensor = 1 << 28

  /// Checks what flows in and out, borders included, and every parameter.
  fileprivate func requireAddressable(
    from input: ActivationShape, to output: ActivationShape
  ) throws(NetworkError) {
    var border = 0
    if case .conv2d(let conv) = operation { border = max(conv.kernel, conv.padding) }
    let image = input.image
    var factors = [
      [image.channels, image.height + 2 * border, image.width + 2 * border],
      [output.image.channels, image.height + 2 * border, image.width + 2 * border],
    ]
    factors += parameterShapes(input: input).map(\.1.dimensions)
    for factors in factors {
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

  private func slide(
    over image: ImageShape, channels: Int, kernel: Int, stride: Int, padding: Int
  ) throws(NetworkError) -> ActivationShape {
    try require(kernel, "kernel", atLeast: 1)
    try require(stride, "stride", atLeast: 1)
    let height = image.height + 2 * padding
    let width = image.width + 2 * padding
    guard height >= kernel, width >= kernel else {
      throw .doesNotFit(name, "kernel \(kernel) is larger than its input \(image) with padding \(padding)")
    }
    let output = ImageShape(
      channels: channels, height: (height - kernel) / stride + 1, width: (width - kernel) / stride + 1)
    return ActivationShape(image: output, isFlat: false)
  }

  private func requireImage(_ input: ActivationShape) throws(NetworkError) -> ImageShape {
    guard !input.isFlat else { throw .doesNotFit(name, "\(operation.type) needs an image, found \(input)") }
    return input.image
  }

  private func require(_ value: Int, _ key: String, atLeast least: Int) throws(NetworkError) {
    guard value >= least else { throw .doesNotFit(name, "\(key) must be at least \(least), found \(value)") }
    guard value <= Self.largestSize else {
      throw .doesNotFit(name, "\(key) must be at most \(Self.largestSize), found \(value)")
    }
  }
}
