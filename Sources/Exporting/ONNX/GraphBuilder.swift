import Networks
import ONNXFormat

/// An ONNX graph in the making. Every value has a name that says which layer it belongs to, and no two have the same.
///
/// A layer's value is called as the layer is; what stands between its nodes, and what it reads from the file, is called
/// `<layer>.<word>`. A name that is taken already gets an underscore.
struct GraphBuilder {
  /// The names of the graph's own inputs and outputs.
  enum Name {
    static let input = "input"
    static let scores = "scores"
    static let integerScores = "scores_quantized"
    static let probabilities = "probabilities"
  }

  private(set) var graph: ONNXGraph
  private var taken: Set<String>

  /// An empty graph over a network's input: any number of images, pixel / 255, in PyTorch's order.
  init(_ network: Network) {
    graph = ONNXGraph(name: network.name)
    let size = network.input
    graph.inputs = [
      ONNXValue(
        Name.input, .f32, [.symbol("N"), .count(size.channels), .count(size.height), .count(size.width)])
    ]
    taken = [Name.input, Name.scores, Name.integerScores, Name.probabilities]
  }

  /// The name itself, or, where it is taken, one like it.
  mutating func fresh(_ name: String) -> String {
    var name = name
    while !taken.insert(name).inserted { name += "_" }
    return name
  }

  /// Adds an operation that makes one value; it is called as its value is.
  /// - Returns: the value.
  @discardableResult
  mutating func node(
    _ operation: String, _ inputs: [String], to output: String, _ attributes: [ONNXAttribute] = []
  ) -> String {
    graph.nodes.append(
      ONNXNode(operation, name: output, inputs: inputs, outputs: [output], attributes: attributes))
    return output
  }

  /// Adds an operation between two values of a layer.
  /// - Returns: the value that it makes.
  mutating func inner(
    _ operation: String, _ inputs: [String], _ name: String, _ attributes: [ONNXAttribute] = []
  ) -> String {
    node(operation, inputs, to: fresh(name), attributes)
  }

  /// Adds a tensor to the file.
  /// - Returns: its name.
  mutating func constant(_ name: String, _ shape: [Int], _ elements: ONNXTensor.Elements) -> String {
    let name = fresh(name)
    graph.initializers.append(ONNXTensor(name, shape: shape, elements))
    return name
  }

  /// Adds a number to the file.
  /// - Returns: its name.
  mutating func constant(_ name: String, _ value: Float) -> String { constant(name, [], .f32([value])) }

  /// Adds a number for each channel of what has a channel axis and, an image, two more.
  /// - Returns: its name.
  mutating func perChannel(_ name: String, _ values: [Float]) -> String {
    values.count == 1 ? constant(name, values[0]) : constant(name, [values.count, 1, 1], .f32(values))
  }

  /// What the network makes of the pixels before its first layer, `(x - mean) / std`.
  mutating func normalizedInput(of network: Network) -> String {
    guard let normalization = network.normalization else { return Name.input }
    let (mean, std) = (
      perChannel("\(Name.input).mean", normalization.mean), perChannel("\(Name.input).std", normalization.std)
    )
    let centred = inner("Sub", [Name.input, mean], "\(Name.input).centred")
    return inner("Div", [centred, std], "\(Name.input).normalized")
  }

  /// Gives a value another name, wherever it stands.
  private mutating func rename(_ name: String, _ other: String) {
    for index in graph.nodes.indices {
      graph.nodes[index].inputs = graph.nodes[index].inputs.map { $0 == name ? other : $0 }
      graph.nodes[index].outputs = graph.nodes[index].outputs.map { $0 == name ? other : $0 }
    }
  }

  /// Makes a value one that the caller gets.
  /// - Parameter value: what a node makes, or the graph's input.
  mutating func output(_ value: String, as name: String, _ type: ONNXElement, _ shape: ActivationShape) {
    if value == Name.input { node("Identity", [value], to: name) } else { rename(value, name) }
    let image = shape.image
    let sides = shape.isFlat ? [image.count] : [image.channels, image.height, image.width]
    graph.outputs.append(ONNXValue(name, type, [.symbol("N")] + sides.map { .count($0) }))
  }

  /// Where the network ends in a softmax, adds the probabilities to what the caller gets.
  mutating func outputProbabilities(of network: Network, _ shape: ActivationShape) {
    guard network.layers.last?.operation == .softmax else { return }
    let value = inner("Softmax", [Name.scores], network.layers[network.layers.count - 1].name, [.init("axis", .int(1))])
    output(value, as: Name.probabilities, .f32, shape)
  }

  /// The file: IR version 8, the standard's operation set 13 and no other, and nothing that changes between two runs.
  func bytes(origin: [(key: String, value: String)]) throws(ONNXError) -> [UInt8] {
    try ONNXModel(
      irVersion: 8, operationSets: [.init(version: 13)], producer: "Octavo",
      metadata: origin.map { .init($0.key, $0.value) }, graph: graph
    ).bytes()
  }
}

extension Window {
  /// A window's attributes. The padding behind the image is what the last window needs, so that the count of windows
  /// is right whether or not an incomplete one counts: ONNX and PyTorch do not agree on it.
  func attributes(over image: ImageShape, to output: ImageShape) -> [ONNXAttribute] {
    let pads = onnxPadding(over: image, to: output)
    var attributes: [ONNXAttribute] = [
      .init("kernel_shape", .ints([kernel.height, kernel.width])),
      .init("pads", .ints([pads.top, pads.left, pads.bottom, pads.right])),
      .init("strides", .ints([stride.height, stride.width])),
    ]
    if dilation != 1 { attributes.append(.init("dilations", .ints([dilation.height, dilation.width]))) }
    return attributes
  }

  /// The padding of exactly so many windows.
  func onnxPadding(over image: ImageShape, to output: ImageShape) -> Padding {
    func end(_ count: Int, stride: Int, extent: Int, before: Int, size: Int) -> Int {
      max(0, (count - 1) * stride + extent - before - size)
    }
    return Padding(
      top: padding.top, left: padding.left,
      bottom: end(
        output.height, stride: stride.height, extent: extent.height, before: padding.top, size: image.height),
      right: end(output.width, stride: stride.width, extent: extent.width, before: padding.left, size: image.width))
  }
}
