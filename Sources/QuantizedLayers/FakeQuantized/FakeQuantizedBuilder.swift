import Kernels
import Layers
import Networks
import Quantization

/// Lays out a fake-quantized model's memory and its steps, node by node, as `QuantizedEngineBuilder` does. Integers are
/// held as floats, less their zero point.
struct FakeQuantizedBuilder {
  private(set) var memory: FloatMemory
  private(set) var steps: [any FloatStep] = []
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
    case .layer(let position): try append(lowered.network.layers[position], node, input)
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

  private mutating func append(_ layer: Layer, _ node: LoweredNetwork.Node, _ input: FloatValue) throws {
    if plan.isView(node) {
      memory.make(node.output, viewing: input)
      return
    }
    switch layer.operation {
    case .conv2d, .linear:
      let step = step(layer.operation, of: layer.name, from: input, to: memory.make(node.output))
      steps.append(step)
      products.append((layer.name, step))
    case .maxPool2d, .relu, .flatten:
      // Of integers they make integers, as they are.
      steps.append(step(layer.operation, of: layer.name, from: input, to: memory.make(node.output)))
    case .averagePool2d(let pool):
      guard case .integer(let scale) = lowered.values[node.inputs[0]].form else {
        steps.append(step(layer.operation, of: layer.name, from: input, to: memory.make(node.output)))
        return
      }
      steps.append(
        FakeQuantizedAveragePool2d(
          pool, quantizer: quantizer(scale), input: input, output: memory.make(node.output)))
    case .batchNorm2d: throw QuantizedModelError.noIntegerForm(layer.name, layer.operation.type)
    }
  }

  /// The product of a layer's integers, and what becomes of its sums.
  private mutating func append(product layer: Layer, _ node: LoweredNetwork.Node, sums: FloatValue) throws {
    guard let entering = lowered.scale(readBy: layer.name), let product = layer.operation.product,
      let multiply = lowered.nodes.firstIndex(where: { $0.output == node.inputs[0] })
    else { preconditionFailure("integers enter \(layer.name)") }
    let input = memory.read(lowered.nodes[multiply].inputs[0], by: multiply)
    // Bias and ReLU come behind the sums.
    guard let inner = step(product.bare, of: layer.name, from: input, to: sums) as? any WeightedFloatStep else {
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
    _ operation: Networks.Operation, of layer: String, from input: FloatValue, to output: FloatValue
  ) -> any FloatStep {
    // Integers held as floats must stay integers; gradients are none.
    operation.floatStep(from: input, to: output, inputGradient: .winograd, compute: compute) {
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
