import Kernels
import Quantization

/// Lays out a fake-quantized model's memory and its steps, layer by layer, with borders where `QuantizedEngineBuilder` has
/// them.
struct FakeQuantizedBuilder {
  /// What flows out of the last layer that was appended; the network's input at first, its scores at last.
  private(set) var node: FloatNode
  private(set) var steps: [any FloatStep] = []
  private(set) var products: [(name: String, step: any FloatStep)] = []
  private(set) var grids: [(name: String, grid: ActivationGrid)] = []
  private(set) var places: [String: (node: FloatNode, grid: ActivationGrid?)] = [:]
  /// The scale of what flows, nil for real numbers.
  private var grid: ActivationGrid?
  private let model: FloatModel
  private let norms: [String: ChannelNorm]
  private let scheme: QuantizationScheme
  private let activations: [String: TensorScheme]
  private let chosen: [String: ActivationRecord]
  private let weightScales: [String: [Float]]
  private let capacity: Int
  private let forTraining: Bool
  private let compute: Compute
  private let layouts: [ActivationLayout]

  init(
    _ model: UnfoldedModel, scheme: QuantizationScheme, activations: [String: TensorScheme],
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
    self.capacity = capacity
    self.forTraining = forTraining
    self.compute = compute
    layouts = try Plan(self.model.network, forTraining: forTraining).layouts
    node = FloatNode(values: Activation(layouts[0], capacity: capacity, fill: 0), gradient: nil)
  }

  /// Adds every layer, and makes real numbers of the scores.
  mutating func build() throws {
    try quantize(Network.inputName)
    for (layer, layout) in zip(model.network.layers, layouts.dropFirst()) {
      try append(layer, layout)
      places[layer.name] = (node, grid)
    }
    dequantize()
  }

  private mutating func append(_ layer: Layer, _ layout: ActivationLayout) throws {
    switch layer.operation {
    case .flatten: return
    case .maxPool2d(let pool):
      let output = makeNode(layout)
      steps.append(FloatMaxPool2d(pool, input: node, output: output, compute: compute))
      node = output
    case .relu:
      let output = makeNode(layout)
      steps.append(FloatReLU(input: node, output: output, compute: compute))
      node = output
    case .conv2d, .linear:
      if let scheme = activations[layer.name], let entering = grid, !self.scheme.skips(layer.name) {
        try append(product: layer, scheme, entering: entering, layout)
      } else {
        dequantize()
        let output = makeNode(layout)
        let bias = model.parameters["\(layer.name).bias"]?.f32
        let step = product(layer, bias: bias, output: output)
        append(step, layer.name)
        node = output
        try quantize(layer.name)
      }
    case .batchNorm2d: throw QuantizedModelError.noIntegerForm(layer.name, layer.operation.type)
    }
  }

  private mutating func append(
    product layer: Layer, _ activations: TensorScheme, entering: ActivationGrid, _ layout: ActivationLayout
  ) throws {
    let (sums, output) = (makeNode(layout), makeNode(layout))
    let grid = try ActivationGrid(activations, profile: scheme.profile, chosen: chosen[layer.name])
    let step = FakeQuantizedProduct(
      product(layer.withoutReLU, bias: nil, output: sums), sums: sums,
      bias: model.parameters["\(layer.name).bias"]?.f32, norm: norms[layer.name],
      scheme: scheme.weights(of: layer.name), chosen: weightScales[layer.name], profile: scheme.profile,
      relu: layer.operation.hasFusedReLU, input: entering, output: output, grid: grid, compute: compute)
    append(step, layer.name)
    grids.append((layer.name, grid))
    (node, self.grid) = (output, grid)
  }

  private mutating func append(_ step: any FloatStep, _ name: String) {
    steps.append(step)
    products.append((name, step))
  }

  private func product(_ layer: Layer, bias: [Float]?, output: FloatNode) -> any WeightedFloatStep {
    let weight = model.values("\(layer.name).weight")
    if case .conv2d(let conv) = layer.operation {
      // Integers held as floats must stay integers; gradients are none.
      return FloatConv2d(
        conv, weight: weight, bias: bias, input: node, output: output, algorithm: .direct, inputGradient: .winograd,
        compute: compute)
    }
    guard case .linear(let linear) = layer.operation else { preconditionFailure("\(layer.name) has no weights") }
    return FloatLinear(linear, weight: weight, bias: bias, input: node, output: output, compute: compute)
  }

  /// Rounds what flows where the tensor of that name is to be integers.
  private mutating func quantize(_ name: String) throws {
    if let activations = activations[name] {
      let grid = try ActivationGrid(activations, profile: scheme.profile, chosen: chosen[name])
      let output = makeNode(node.values.layout)
      steps.append(
        FakeQuantizeActivation(grid, profile: scheme.profile, input: node, output: output, compute: compute))
      grids.append((name, grid))
      (node, self.grid) = (output, grid)
    }
    places[name] = (node, grid)
  }

  private mutating func dequantize() {
    guard let entering = grid else { return }
    let output = makeNode(node.values.layout)
    steps.append(FakeDequantizeActivation(entering, input: node, output: output, compute: compute))
    (node, grid) = (output, nil)
  }

  private func makeNode(_ layout: ActivationLayout) -> FloatNode {
    FloatNode(
      values: Activation(layout, capacity: capacity, fill: 0),
      gradient: forTraining ? Activation(layout, capacity: capacity, fill: 0) : nil)
  }
}

extension Layer {
  /// The layer with its ReLU left to others.
  fileprivate var withoutReLU: Layer {
    switch operation {
    case .conv2d(var conv):
      conv.relu = false
      return Layer(name, .conv2d(conv))
    case .linear(var linear):
      linear.relu = false
      return Layer(name, .linear(linear))
    case .batchNorm2d, .relu, .maxPool2d, .flatten: return self
    }
  }
}
