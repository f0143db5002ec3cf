import Files
import Networks
import ONNXFormat
import Tensors

/// A graph as it becomes a network, node by node in the order of the file.
///
/// Every name stands for an `ONNXFlow`; what computes with images becomes a layer, what computes with constants and sizes
/// is computed at once. Files of `Operations/` say what becomes of each operation.
struct ONNXReader {
  /// The most parameters of a model, and of constants that are computed from others.
  private static let (mostParameters, mostComputed) = (1 << 28, 1 << 26)

  /// The graph's input.
  let input: ONNXInput
  /// The version of the standard's operations.
  let version: Int
  /// The nodes.
  let order: ONNXOrder
  /// The file's tensors.
  private(set) var tensors: ONNXTensorSource
  /// The layers so far.
  private(set) var layers: [Layer] = []
  /// The node of which each layer was made.
  private(set) var nodes: [String: ONNXNode] = [:]
  /// The layers' parameters.
  private(set) var parameters: [String: Tensor] = [:]
  /// What was left out or taken otherwise, a line for each thing.
  var remarks: [String] = []
  private var flows: [String: ONNXFlow] = [:]
  private var names: ONNXNames
  /// What becomes of the images before the first layer, once some layer has read them.
  private var pixels: ONNXPixels?
  /// Weights of products that the file has the other way round, by the name under which they are read.
  private var turned: [String: ONNXTensor] = [:]
  private var parametersLeft = mostParameters
  private var computedLeft = mostComputed

  /// A reader at the start of a model.
  init(_ model: ONNXModel, folder: String) throws {
    version = try model.checkedVersion()
    tensors = try ONNXTensorSource(model.graph, folder: folder)
    input = try ONNXInput(model.graph, tensors: tensors)
    order = try ONNXOrder(model.graph, tensors: tensors)
    let known = Self.operations
    let unknown = order.nodes.filter { !$0.isStandard || known[$0.operation] == nil }
    guard unknown.isEmpty else {
      throw ONNXImportError.unknownOperations(
        unknown.map { node in
          let set = model.operationSets.first { node.isStandard ? $0.isStandard : $0.domain == node.domain }
          return UnknownONNXOperation(
            node: node.place.name, operation: node.operation, domain: node.isStandard ? "" : node.domain,
            version: set?.version)
        })
    }
    names = ONNXNames(
      order.nodes.filter { !Self.constantOperations.contains($0.operation) }, reserved: Network.inputName)
    flows[input.name] = .pixels(ONNXPixels())
  }

  /// The whole graph as a network.
  mutating func network(_ name: String) throws -> Network {
    for node in order.nodes {
      guard let read = Self.operations[node.operation] else { continue }
      guard let output = node.outputs.first, !output.isEmpty else { continue }
      flows[output] = try read(&self, node)
    }
    guard case .value(let value)? = flows[order.output], value.layer == layers.last?.name else {
      throw ONNXImportError.graph(
        expected: "an output that the last layer makes",
        found: "\(quoted(order.output)): \(flows[order.output]?.kind ?? "no value of that name")")
    }
    return Network(name: name, input: input.image, normalization: pixels?.normalization, layers: layers)
  }
}

extension ONNXReader {
  /// For each name of what a layer makes, however it is viewed, the layer; `Network.inputName` for the images as the
  /// first layer reads them.
  var makers: [String: String] {
    flows.compactMapValues { flow in
      switch flow {
      case .value(let value): value.layer
      case .pixels(let found): found == pixels ? Network.inputName : nil
      case .hardSigmoid, .constant, .sizes: nil
      }
    }
  }

  /// What an input of a node stands for, nil where it is left out.
  mutating func optional(_ node: ONNXNode, _ index: Int) throws -> ONNXFlow? {
    guard node.inputs.indices.contains(index), !node.inputs[index].isEmpty else { return nil }
    let name = node.inputs[index]
    if let flow = flows[name] { return flow }
    guard let tensor = try tensors.tensor(name) else {
      throw node.error("the first output of an earlier node as its input \(index + 1)", found: quoted(name))
    }
    flows[name] = .constant(tensor)
    return .constant(tensor)
  }

  /// What an input of a node stands for.
  mutating func flow(_ node: ONNXNode, _ index: Int = 0) throws -> ONNXFlow {
    guard let flow = try optional(node, index) else {
      throw node.error("an input \(index + 1)", found: "\(node.inputs.count) inputs")
    }
    return flow
  }

  /// The f32 tensor that an input of a node must be, nil where it is left out.
  mutating func optionalTensor(_ node: ONNXNode, _ index: Int, _ what: String) throws -> ONNXTensor? {
    guard let flow = try optional(node, index) else { return nil }
    guard case .constant(let tensor) = flow else {
      throw node.error("a constant as its \(what)", found: flow.kind)
    }
    guard case .f32 = tensor.elements else {
      throw node.error(
        "float32 numbers as its \(what)", found: "\(tensor.type) in \(quoted(tensor.name)); export model.float()")
    }
    return tensor
  }

  /// The f32 tensor that an input of a node must be.
  mutating func tensor(_ node: ONNXNode, _ index: Int, _ what: String) throws -> ONNXTensor {
    guard let tensor = try optionalTensor(node, index, what) else { throw node.error("a \(what)", found: "none") }
    return tensor
  }

  /// What leaves a layer, as another layer's input: an image or a vector.
  mutating func value(_ flow: ONNXFlow, of node: ONNXNode) throws(ONNXImportError) -> ONNXValueOfLayer {
    switch flow {
    case .pixels(let found):
      if let pixels, pixels != found {
        throw node.error("the images normalized in one way", found: "another layer that reads them otherwise")
      }
      pixels = found
      return ONNXValueOfLayer(Network.inputName, ActivationShape(image: input.image, isFlat: false))
    case .value(let value):
      guard value.sides == value.shape.sides else {
        throw node.error("an image (N, channels, height, width) or a vector (N, features)", found: value.shapeText)
      }
      return value
    case .hardSigmoid, .constant, .sizes: throw node.error("a value that depends on the images", found: flow.kind)
    }
  }

  /// The image that a node's first input is.
  mutating func image(_ node: ONNXNode) throws -> ImageShape {
    let value = try value(try flow(node), of: node)
    guard !value.shape.isFlat else {
      throw node.error("an image (N, channels, height, width)", found: value.shapeText)
    }
    return value.shape.image
  }

  /// Adds a layer.
  /// - Parameters:
  ///   - inputs: what it reads.
  ///   - tensor: the name of its weight in the file, for its own.
  ///   - values: its parameters by their names within the layer.
  mutating func layer(
    _ operation: Operation, of node: ONNXNode, reading inputs: [ONNXFlow], tensor: String? = nil,
    values: [String: ONNXTensor] = [:]
  ) throws(ONNXImportError) -> ONNXFlow {
    var sources: [ONNXValueOfLayer] = []
    for input in inputs { sources.append(try value(input, of: node)) }
    let kind = operation.kind
    let shape: ActivationShape
    do throws(OperationError) { shape = try kind.shape(of: sources.map(\.shape)) } catch {
      throw node.error("sizes that fit", found: error.reason)
    }
    let name = names.name(node, tensor: tensor)
    for (part, expected) in kind.parameters(of: sources[0].shape.image) {
      guard let values = values[part], case .f32(let numbers) = values.elements else { continue }
      guard values.shape == expected.dimensions else {
        throw node.error("a \(part) of shape \(listed(expected.dimensions))", found: listed(values.shape))
      }
      parametersLeft -= numbers.count
      guard parametersLeft >= 0 else {
        throw .graph(expected: "a model of at most \(Self.mostParameters) parameters", found: "more")
      }
      parameters["\(name).\(part)"] = Tensor(expected, numbers)
    }
    let reads = sources.map(\.layer)
    nodes[name] = node
    layers.append(Layer(name, operation, inputs: reads == [layers.last?.name ?? Network.inputName] ? nil : reads))
    return .value(ONNXValueOfLayer(name, shape))
  }

  /// Adds a layer that reads a node's first input alone.
  mutating func layer(_ operation: Operation, of node: ONNXNode) throws -> ONNXFlow {
    try layer(operation, of: node, reading: [try flow(node)])
  }

  /// Gives the last layer a bias, where it is a product without one and nothing else reads the value of that name.
  /// - Returns: whether it was so.
  mutating func addBias(_ bias: ONNXTensor, to value: ONNXValueOfLayer, named name: String) -> Bool {
    guard let last = layers.indices.last, layers[last].name == value.layer, order.readers[name] == 1,
      var product = layers[last].operation.product, !product.bias,
      case .f32(let numbers) = bias.elements, let numbers = value.biases(numbers, shape: bias.shape)
    else { return false }
    product.bias = true
    layers[last].operation = product.operation
    parameters["\(value.layer).bias"] = Tensor([numbers.count], numbers)
    return true
  }

  /// The weight of a linear layer, (out, in), that a node reads as (in, out) in its second input.
  mutating func turned(_ tensor: ONNXTensor, in node: ONNXNode) throws(ONNXImportError) -> ONNXTensor {
    if let known = turned[node.inputs[1]] { return known }
    guard case .f32(let values) = tensor.elements, tensor.shape.count == 2 else { return tensor }
    try compute(values.count, in: node)
    let (inputs, outputs) = (tensor.shape[0], tensor.shape[1])
    var weight: [Float] = []
    weight.reserveCapacity(values.count)
    for output in 0..<(values.isEmpty ? 0 : outputs) {
      for input in 0..<inputs { weight.append(values[input * outputs + output]) }
    }
    let made = ONNXTensor(tensor.name, shape: [outputs, inputs], .f32(weight))
    turned[node.inputs[1]] = made
    return made
  }

  /// Takes note of so many numbers that are computed from constants.
  /// - Throws: where a file asks for more than any model needs.
  mutating func compute(_ count: Int, in node: ONNXNode) throws(ONNXImportError) {
    computedLeft -= count
    guard computedLeft >= 0 else {
      throw node.error("at most \(Self.mostComputed) numbers computed from constants", found: "more")
    }
  }
}

extension ONNXValueOfLayer {
  /// One number for each channel or feature, of a constant that is added to the value; nil where it has others.
  func biases(_ numbers: [Float], shape: [Int]) -> [Float]? {
    let channels = shape.isEmpty || sides.isEmpty ? 1 : sides[0]
    let own = sides.isEmpty ? 0 : sides[0]
    if numbers.count == 1 { return [Float](repeating: numbers[0], count: own) }
    let padded = [Int](repeating: 1, count: max(0, sides.count + 1 - shape.count)) + shape
    guard padded == [1, channels] + [Int](repeating: 1, count: sides.count - 1) else { return nil }
    return numbers
  }
}
