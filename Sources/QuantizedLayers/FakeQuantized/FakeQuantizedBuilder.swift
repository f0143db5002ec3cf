import Kernels
import Layers
import Networks
import Quantization

/// Lays out a fake-quantized model's memory and its steps, node by node, as `QuantizedEngineBuilder` does. Integers are
/// held as floats, less their zero point.
struct FakeQuantizedBuilder {
  private(set) var memory: FloatMemory
  private(set) var steps: [any FloatStep] = []
  /// The steps of layers with parameters.
  private(set) var products: [(name: String, step: any FloatStep)] = []
  private(set) var quantizers: [(name: String, quantizer: ActivationQuantizer)] = []
  let lowered: LoweredNetwork
  private let model: FloatModel
  private let norms: [String: ChannelNorm]
  private let scheme: QuantizationScheme
  private let activations: [String: TensorScheme]
  private let chosen: [String: ActivationRecord]
  private let weightScales: [String: [Float]]
  private let compute: Compute
  private let plan: Plan

  /// Lays out every node.
  /// - Parameters: those of `FakeQuantizedEngine`.
  init(
    _ model: FusedModel, scheme: QuantizationScheme, activations: [String: TensorScheme],
    chosen: [String: ActivationRecord], weightScales: [String: [Float]], capacity: Int, forTraining: Bool,
    compute: Compute
  ) throws {
    // A layer that stays float keeps its statistics.
    let folded = try model.folding(scheme.skips)
    self.model = folded.model
    norms = folded.norms
    self.scheme = scheme
    self.activations = activations
    self.chosen = chosen
    self.weightScales = weightScales
    self.compute = compute
    lowered = try scheme.lowered(self.model.network)
    plan = Plan(lowered, forTraining: forTraining)
    memory = FloatMemory(lowered, plan, capacity: capacity, forTraining: forTraining)
    _ = memory.make(0, hasGradient: false)
    for (index, node) in lowered.nodes.enumerated() {
      try append(node, at: index)
      if let fork = memory.fork(node.output) { steps.append(fork) }
    }
  }

  private mutating func append(_ node: LoweredNetwork.Node, at index: Int) throws {
    let input = memory.read(node.inputs[0], by: index)
    switch node.operation {
    case .layer(let position): try append(lowered.network.layers[position], node, at: index)
    case .quantize(let scale):
      let quantizer = try makeQuantizer(scale)
      steps.append(
        FakeQuantizeActivation(
          quantizer, profile: scheme.profile, input: input, output: memory.make(node.output), compute: compute))
    case .dequantize(let scale):
      steps.append(
        FakeDequantizeActivation(quantizer(scale), input: input, output: memory.make(node.output), compute: compute))
    case .multiply:
      // The product's step, added with its requantization, takes its integers from here.
      _ = memory.make(node.output)
    case .requantize(let position):
      try append(product: lowered.network.layers[position], node, sums: input)
    case .quantizeDynamically, .dequantizeSums:
      preconditionFailure("training chooses scales before the network runs")
    }
  }

  private mutating func append(_ layer: Layer, _ node: LoweredNetwork.Node, at index: Int) throws {
    let inputs = node.inputs.map { memory.read($0, by: index) }
    if plan.isView(node) {
      memory.make(node.output, viewing: inputs[0])
      return
    }
    guard case .integer(let scale) = lowered.values[node.output].form else {
      add(step(layer.operation, of: layer.name, from: inputs, to: memory.make(node.output)), of: layer)
      return
    }
    switch layer.operation {
    case .maxPool2d, .relu, .flatten, .dropout, .softmax:
      // Of integers they make integers, as they are.
      steps.append(step(layer.operation, of: layer.name, from: inputs, to: memory.make(node.output)))
    case .averagePool2d(let pool):
      steps.append(
        FakeQuantizedAveragePool2d(
          pool, quantizer: quantizer(scale), rule: scheme.profile.averageRule, input: inputs[0],
          output: memory.make(node.output)))
    case .relu6: append(layer, node, inputs, quantizer(scale), observes: false)
    case .leakyReLU, .hardSwish, .sigmoid, .batchNorm2d, .batchNorm1d, .add, .concat:
      append(layer, node, inputs, try makeQuantizer(scale), observes: true)
    case .conv2d, .linear: preconditionFailure("\(layer.name) is multiplied, then requantized")
    }
  }

  /// A layer that computes in integers by what they stand for: its float step between dequantization and quantization.
  private mutating func append(
    _ layer: Layer, _ node: LoweredNetwork.Node, _ inputs: [FloatValue], _ quantizer: ActivationQuantizer,
    observes: Bool
  ) {
    let reals = zip(node.inputs, inputs).map { value, input in
      guard case .integer(let scale) = lowered.values[value].form else {
        preconditionFailure("integers enter \(layer.name)")
      }
      let real = FloatValue(like: input)
      steps.append(FakeDequantizeActivation(self.quantizer(scale), input: input, output: real, compute: compute))
      return real
    }
    let output = memory.make(node.output)
    let result = FloatValue(like: output)
    add(step(layer.operation, of: layer.name, from: reals, to: result), of: layer)
    steps.append(
      FakeQuantizeActivation(
        quantizer, profile: scheme.profile, observes: observes, input: result, output: output, compute: compute))
  }

  /// Adds a step that may have parameters of its own.
  private mutating func add(_ step: any FloatStep, of layer: Layer) {
    steps.append(step)
    if layer.operation.product != nil || layer.operation.normalization != nil { products.append((layer.name, step)) }
  }

  /// The product of a layer's integers, and what becomes of its sums.
  private mutating func append(product layer: Layer, _ node: LoweredNetwork.Node, sums: FloatValue) throws {
    guard let entering = lowered.scale(readBy: layer.name), let product = layer.operation.product,
      let multiply = lowered.nodes.firstIndex(where: { $0.output == node.inputs[0] })
    else { preconditionFailure("integers enter \(layer.name)") }
    let input = memory.read(lowered.nodes[multiply].inputs[0], by: multiply)
    // Bias and ReLU come behind the sums.
    guard let inner = step(product.bare, of: layer.name, from: [input], to: sums) as? any WeightedFloatStep else {
      preconditionFailure("\(layer.name) has no weight")
    }
    let step = FakeQuantizedProduct(
      inner, sums: sums, bias: model.parameters["\(layer.name).bias"]?.f32, norm: norms[layer.name],
      scheme: scheme.weights(of: layer.name), chosen: weightScales[layer.name], profile: scheme.profile,
      relu: product.relu, input: quantizer(entering), output: memory.make(node.output),
      quantizer: try makeQuantizer(layer.name), compute: compute)
    steps.append(step)
    products.append((layer.name, step))
  }

  private func step(
    _ operation: Networks.Operation, of layer: String, from inputs: [FloatValue], to output: FloatValue
  ) -> any FloatStep {
    // Integers held as floats must stay integers; gradients are none.
    operation.floatStep(from: inputs, to: output, inputGradient: .winograd, compute: compute) {
      model.values("\(layer).\($0)")
    }
  }

  private mutating func makeQuantizer(_ name: String) throws -> ActivationQuantizer {
    guard let activations = activations[name] else { preconditionFailure("\(name) has no scheme") }
    let quantizer = try ActivationQuantizer(activations, profile: scheme.profile, chosen: chosen[name])
    quantizers.append((name, quantizer))
    return quantizer
  }

  private func quantizer(_ name: String) -> ActivationQuantizer {
    guard let found = quantizers.first(where: { $0.name == name }) else { preconditionFailure("no scale \(name)") }
    return found.quantizer
  }
}

extension FloatValue {
  /// Memory of its own, laid out as another's, without a border.
  fileprivate convenience init(like other: FloatValue) {
    let (layout, capacity) = (ActivationLayout(image: other.values.layout.image, border: 0), other.values.capacity)
    self.init(
      values: Activation(layout, capacity: capacity, fill: 0),
      gradient: other.gradient.map { _ in Activation(layout, capacity: capacity, fill: 0) })
  }
}
