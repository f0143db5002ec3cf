/// A network as engines execute it: where real numbers become integers, where integers become real numbers, and where
/// sums of products become either, a node says so.
///
/// Integers leave a layer that has a scale of its own and computes in integers. What leaves any other such layer, or
/// enters the network, is quantized at once if one that takes integers reads it, with nothing between but operations
/// that keep a scale: those have less to move then. What enters a layer of real numbers as integers is dequantized just
/// before it, and so are the scores: what leaves the network, but for a softmax at its end.
public struct LoweredNetwork: Sendable, Equatable {
  /// The network that was lowered.
  public let network: Network
  /// How each layer with a scale of its own computes.
  public let arithmetic: [String: Arithmetic]
  /// All values; the first is the network's input.
  public private(set) var values: [Value]
  /// What is computed, in order.
  public private(set) var nodes: [Node] = []
  /// Where a value of the network stands among `values`, in its last form: after quantization, by name.
  public private(set) var places: [String: Int] = [:]
  /// The scores, as real numbers.
  public private(set) var output = 0

  /// Lowers a network.
  /// - Parameter arithmetic: how each layer with a scale of its own computes, by name; those that are not named compute in
  ///   floats.
  /// - Throws: `NetworkError` when the layers do not fit each other.
  public init(_ network: Network, arithmetic: [String: Arithmetic] = [:]) throws(NetworkError) {
    self.network = network
    self.arithmetic = arithmetic
    let (sources, shapes) = (try network.sources(), try network.shapes())
    let isWanted = network.valuesWantedAsIntegers(arithmetic, sources: sources)
    values = [Value(shape: shapes[0], form: .real)]
    places[Network.inputName] = isWanted[0] ? quantize(0, scale: Network.inputName) : 0
    var finished = [place(Network.inputName)]
    for (index, layer) in network.layers.enumerated() {
      if case .softmax = layer.operation {
        finished.append(finished[sources[index][0]])
      } else {
        let value = append(index, reading: sources[index].map { finished[$0] }, shape: shapes[index + 1])
        let isReal = values[value].form == .real && layer.operation.hasOwnScale
        finished.append(isReal && isWanted[index + 1] ? quantize(value, scale: layer.name) : value)
      }
      places[layer.name] = finished[index + 1]
    }
    output = real(finished[finished.count - 1])
  }

  /// Adds the nodes of a layer and returns what leaves it.
  private mutating func append(_ index: Int, reading inputs: [Int], shape: ActivationShape) -> Int {
    let layer = network.layers[index]
    guard layer.operation.hasOwnScale else {
      return append(.layer(index), reading: inputs, shape: shape, form: values[inputs[0]].form)
    }
    switch arithmetic[layer.name] ?? .float {
    case .integer where layer.operation.product == nil:
      return append(.layer(index), reading: inputs, shape: shape, form: .integer(scale: layer.name))
    case .float: return append(.layer(index), reading: inputs.map { real($0) }, shape: shape, form: .real)
    case .integer:
      let sums = append(.multiply(index), reading: inputs, shape: shape, form: .sums)
      return append(.requantize(index), reading: [sums], shape: shape, form: .integer(scale: layer.name))
    case .dynamic:
      let entering = real(inputs[0])
      let integers = append(
        .quantizeDynamically(index), reading: [entering], shape: values[entering].shape, form: .dynamicInteger)
      let sums = append(.multiply(index), reading: [integers], shape: shape, form: .sums)
      return append(.dequantizeSums(index), reading: [sums], shape: shape, form: .real)
    }
  }

  private mutating func append(
    _ operation: Node.Operation, reading inputs: [Int], shape: ActivationShape, form: Value.Form
  ) -> Int {
    values.append(Value(shape: shape, form: form))
    nodes.append(Node(operation: operation, inputs: inputs, output: values.count - 1))
    return values.count - 1
  }

  private mutating func quantize(_ value: Int, scale: String) -> Int {
    append(.quantize(scale: scale), reading: [value], shape: values[value].shape, form: .integer(scale: scale))
  }

  /// A value as real numbers, dequantized once if it is integers.
  private mutating func real(_ value: Int) -> Int {
    guard case .integer(let scale) = values[value].form else { return value }
    let operation = Node.Operation.dequantize(scale: scale)
    if let known = nodes.first(where: { $0.operation == operation && $0.inputs == [value] }) { return known.output }
    return append(operation, reading: [value], shape: values[value].shape, form: .real)
  }

  private func place(_ name: String) -> Int {
    guard let place = places[name] else { preconditionFailure("no value \(name)") }
    return place
  }
}

extension LoweredNetwork {
  /// How a layer computes.
  public enum Arithmetic: Sendable, Equatable {
    /// In floats.
    case float
    /// From integers to integers, whose scales are chosen before it runs.
    case integer
    /// From real numbers, quantized anew at each call, to real numbers: products alone.
    case dynamic
  }

  /// What nodes read and write.
  public struct Value: Sendable, Equatable {
    /// One image of it.
    public let shape: ActivationShape
    /// Which numbers it holds.
    public let form: Form

    /// Which numbers a value holds.
    public enum Form: Sendable, Equatable {
      /// Real numbers.
      case real
      /// Integers with the scale and zero point of that name.
      case integer(scale: String)
      /// Integers whose scale and zero point a call chooses.
      case dynamicInteger
      /// Sums of products of integers.
      case sums
    }
  }

  /// One step.
  public struct Node: Sendable, Equatable {
    /// What it computes.
    public let operation: Operation
    /// The values that it reads.
    public let inputs: [Int]
    /// The value that it writes.
    public let output: Int

    /// What a node computes. Layers are named by their index.
    public enum Operation: Sendable, Equatable {
      /// A layer in the form of what enters: real numbers to real numbers, integers to integers, with a scale of its own
      /// where it has one.
      case layer(Int)
      /// Real numbers to integers of that name's scale.
      case quantize(scale: String)
      /// Back.
      case dequantize(scale: String)
      /// What enters a product, to integers whose scale the call chooses.
      case quantizeDynamically(Int)
      /// A product's sums.
      case multiply(Int)
      /// A product's sums to the integers of its output, bias added and ReLU applied.
      case requantize(Int)
      /// A product's sums to real numbers, bias added and ReLU applied.
      case dequantizeSums(Int)
    }
  }
}

extension LoweredNetwork {
  /// The tensors with a scale that is chosen before the network runs, in its order: the input and the outputs of layers
  /// with a scale of their own, where they are integers.
  public var scaledNames: [String] {
    network.valueNames.filter { name in form(of: name) == .integer(scale: name) }
  }

  /// Which numbers a value of the network holds, in its last form.
  /// - Precondition: the network has it.
  public func form(of name: String) -> Value.Form { values[place(name)].form }

  /// The name of the scale of the integers that enter a layer as its first value; nil where real numbers enter, or the
  /// call chooses.
  public func scale(readBy layer: String) -> String? {
    guard let index = network.layerNames.firstIndex(of: layer), let node = nodes.first(where: { $0.layer == index }),
      case .integer(let scale) = values[node.inputs[0]].form
    else { return nil }
    return scale
  }

  /// The nodes that read a value.
  public func readers(of value: Int) -> [Int] { nodes.indices.filter { nodes[$0].inputs.contains(value) } }

  /// The layers that take a tensor's integers, past those that only pass them on.
  public func products(readingScale name: String) -> [Layer] {
    network.layers.filter { $0.operation.product != nil && scale(readBy: $0.name) == name }
  }
}

extension LoweredNetwork.Node {
  /// The layer of which the node is a part, nil for one between layers.
  public var layer: Int? {
    switch operation {
    case .layer(let index), .quantizeDynamically(let index), .multiply(let index), .requantize(let index),
      .dequantizeSums(let index):
      index
    case .quantize, .dequantize: nil
    }
  }
}

extension Network {
  /// For each value, whether a layer that takes integers reads it, with nothing between but operations that keep a scale.
  fileprivate func valuesWantedAsIntegers(
    _ arithmetic: [String: LoweredNetwork.Arithmetic], sources: [[Int]]
  ) -> [Bool] {
    var isWanted = [Bool](repeating: false, count: layers.count + 1)
    for (index, layer) in layers.enumerated().reversed() {
      let wants =
        switch layer.operation.kind.outputScale {
        case .own: arithmetic[layer.name] == .integer
        case .sameAsInput: isWanted[index + 1]
        case .real: false
        }
      if wants { for source in sources[index] { isWanted[source] = true } }
    }
    return isWanted
  }
}
