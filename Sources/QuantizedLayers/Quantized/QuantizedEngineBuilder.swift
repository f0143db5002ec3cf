import Int8Linear
import Kernels
import Layers
import Networks
import Quantization

/// Lays out a quantized model's memory and its steps, node by node.
struct QuantizedEngineBuilder {
  /// What was made of each value of the lowered network; nil for those that live for a moment in a worker's cache.
  private(set) var values: [QuantizedValue?]
  private(set) var steps: [any QuantizedStep] = []
  /// For each convolution's output that is pooled as it is made: a step that computes it, and where it goes.
  private(set) var pooled: [Int: () -> RecomputedOutput] = [:]
  private(set) var proofs: [String: (proof: OverflowProof, path: ProductPath)] = [:]
  /// For each value of sums, the integers that are multiplied, with the scales that a call chooses.
  private var factors: [Int: (integers: Activation<UInt8>, scales: DynamicScales?)] = [:]
  private let model: QuantizedModel
  private let lowered: LoweredNetwork
  private let capacity: Int
  private let compute: Compute
  private let plan: Plan
  let memory: ActivationMemory

  /// Lays out every node.
  /// - Parameter keepsValues: whether all values are there after a call.
  /// - Throws: `OverflowError` when a layer's sums could leave 32 bits.
  init(_ model: QuantizedModel, capacity: Int, keepsValues: Bool, compute: Compute) throws {
    self.model = model
    self.capacity = capacity
    self.compute = compute
    lowered = model.lowered
    plan = Plan(lowered)
    let lifetimes = lowered.lifetimes(plan, areKept: keepsValues)
    memory = ActivationMemory(lowered, plan, lifetimes: lifetimes, capacity: capacity)
    values = Array(repeating: nil, count: lowered.values.count)
    if lifetimes[0] != nil { _ = makeReal(0) }
    for (index, node) in lowered.nodes.enumerated() { try append(node, at: index) }
  }

  /// Where images are loaded: quantized at once where nothing reads their real numbers.
  var input: QuantizedValue {
    guard let place = lowered.places[Network.inputName], let input = values[place] else {
      preconditionFailure("what enters the network is kept")
    }
    return input
  }

  private mutating func append(_ node: LoweredNetwork.Node, at index: Int) throws {
    switch node.operation {
    case .layer(let position): append(lowered.network.layers[position], node)
    case .quantize(let scale): quantize(node, parameters(of: scale))
    case .dequantize(let scale):
      let output = makeReal(node.output)
      steps.append(
        DequantizeActivation(
          parameters: parameters(of: scale), input: integers(node.inputs[0]), output: output.values))
    case .quantizeDynamically(let position): quantizeDynamically(node, dynamicLayer(position).activations)
    case .multiply:
      factors[node.output] = factors[node.inputs[0]] ?? (integers: integers(node.inputs[0]), scales: nil)
    case .requantize(let position): try requantize(lowered.network.layers[position], node, at: index)
    case .dequantizeSums(let position): try dequantizeSums(lowered.network.layers[position], node)
    }
  }
}

// MARK: Between layers

extension QuantizedEngineBuilder {
  private mutating func quantize(_ node: LoweredNetwork.Node, _ parameters: QuantizationParameters) {
    let output = makeIntegers(node.output, parameters)
    // The network's input is quantized as it is loaded.
    guard node.inputs[0] != 0 else { return }
    steps.append(
      QuantizeActivation(
        parameters: parameters, profile: model.profile, input: real(node.inputs[0]).values, output: output,
        kernels: compute.kernels))
  }

  private mutating func quantizeDynamically(_ node: LoweredNetwork.Node, _ activations: DynamicActivations) {
    let (scales, input) = (DynamicScales(capacity: capacity), real(node.inputs[0]).values)
    // Its border is filled at each call, with the zero point that the call chooses.
    let integers = memory.integers(node.output, fill: 0)
    factors[node.output] = (integers, scales)
    steps.append(
      QuantizeAtCall(
        activations: activations, profile: model.profile, input: input, output: integers, scales: scales,
        compute: compute))
  }

  private mutating func makeReal(_ value: Int) -> FloatValue {
    let made = FloatValue(values: memory.reals(value), gradient: nil)
    values[value] = .real(made)
    if refills(value) { steps.append(FillBorder { made.values.fillBorder(of: $0, with: 0) }) }
    return made
  }

  private mutating func makeIntegers(_ value: Int, _ parameters: QuantizationParameters) -> Activation<UInt8> {
    // A border stands for zeros, and zero's integer is the zero point.
    let zero = UInt8(parameters.zeroPoint)
    let made = memory.integers(value, fill: zero)
    values[value] = .integer(made, parameters)
    if refills(value) { steps.append(FillBorder { made.fillBorder(of: $0, with: zero) }) }
    return made
  }

  /// Whether others write in a value's place, so that its border is filled before the value is made.
  private func refills(_ value: Int) -> Bool { plan.layouts[value].border > 0 && memory.isShared(value) }

  private func real(_ value: Int) -> FloatValue {
    guard case .real(let found) = values[value] else { preconditionFailure("value \(value) is no real number") }
    return found
  }

  private func integers(_ value: Int) -> Activation<UInt8> {
    guard case .integer(let found, _) = values[value] else { preconditionFailure("value \(value) is no integer") }
    return found
  }

  /// The parameters of a scale, as stored.
  private func parameters(of scale: String) -> QuantizationParameters {
    guard let parameters = model.scales[scale] else { preconditionFailure("a checked model has \(scale)") }
    return parameters.stored
  }
}

// MARK: Products

extension QuantizedEngineBuilder {
  /// A product from integers to integers, a convolution with the pool behind it.
  private mutating func requantize(_ layer: Layer, _ node: LoweredNetwork.Node, at index: Int) throws {
    guard let (input, _) = factors[node.inputs[0]] else {
      preconditionFailure("a checked model feeds \(layer.name) integers")
    }
    let product = try model.integerProduct(layer, over: input.layout.image)
    let (layout, stored) = (plan.layouts[node.output], parameters(of: layer.name))
    let follower = lowered.pool(behind: index)
    let target = follower.map { lowered.nodes[$0.node].output } ?? node.output
    let output = makeIntegers(target, stored)
    append(layer, product, input: input, output: output, size: layout.image, pool: follower?.pool)
    guard follower != nil else { return }
    let (capacity, kernels) = (capacity, compute.kernels)
    pooled[node.output] = {
      let output = Activation(layout, capacity: capacity, fill: UInt8(stored.zeroPoint))
      let step = layer.step(product, input: input, output: output, size: layout.image, pool: nil, kernels: kernels)
      return RecomputedOutput(step: step, value: .integer(output, stored))
    }
  }

  /// A product from integers whose scale the call chooses to real numbers.
  private mutating func dequantizeSums(_ layer: Layer, _ node: LoweredNetwork.Node) throws {
    guard let (input, found) = factors[node.inputs[0]], let scales = found else {
      preconditionFailure("what enters \(layer.name) is quantized at the call")
    }
    let product = try model.dynamicProduct(layer, over: input.layout.image, scales: scales)
    append(layer, product, input: input, output: makeReal(node.output).values, size: plan.layouts[node.output].image)
  }

  private mutating func append<Product: BlockProduct>(
    _ layer: Layer, _ product: Product, input: Activation<UInt8>, output: Activation<Product.Output>,
    size: ImageShape, pool: MaxPool2d? = nil
  ) {
    proofs[layer.name] = (product.packed.proof, product.packed.path)
    steps.append(
      layer.step(product, input: input, output: output, size: size, pool: pool, kernels: compute.kernels))
  }

  private func dynamicLayer(_ position: Int) -> DynamicLayer {
    let name = lowered.network.layers[position].name
    guard let layer = model.layers[name]?.dynamic else {
      preconditionFailure("\(name) quantizes its input at each call")
    }
    return layer
  }
}

// MARK: Layers in the form of what enters

extension QuantizedEngineBuilder {
  private mutating func append(_ layer: Layer, _ node: LoweredNetwork.Node) {
    // A pool that the convolution before it took in.
    if pooled[node.inputs[0]] != nil { return }
    if plan.isView(node) {
      values[node.output] = values[node.inputs[0]]
      return
    }
    guard lowered.values[node.output].form != .real else {
      let inputs = node.inputs.map { real($0) }
      let step = layer.operation.floatStep(
        from: inputs, to: makeReal(node.output), compute: compute, parameter: model.floatParameters(of: layer.name))
      steps.append(RealStep(step: step))
      return
    }
    let inputs = node.inputs.map { operand($0) }
    let parameters = layer.operation.hasOwnScale ? parameters(of: layer.name) : inputs[0].parameters
    let output = (values: makeIntegers(node.output, parameters), parameters: parameters)
    steps += layer.integerSteps(
      from: inputs, to: output, profile: model.profile, compute: compute,
      parameter: model.floatParameters(of: layer.name))
  }

  /// Integers with their meaning.
  private func operand(_ value: Int) -> QuantizedAdd.Operand {
    guard case .integer(let values, let parameters) = values[value] else {
      preconditionFailure("value \(value) is no integer")
    }
    return (values, parameters)
  }
}

/// A layer whose output is pooled as it is made, to be computed again when a person asks for it.
struct RecomputedOutput {
  let step: any QuantizedStep
  let value: QuantizedValue
}

extension Layer {
  /// The step of a product of integers.
  fileprivate func step<Product: BlockProduct>(
    _ product: Product, input: Activation<UInt8>, output: Activation<Product.Output>, size: ImageShape,
    pool: MaxPool2d?, kernels: Kernels
  ) -> any QuantizedStep {
    switch operation {
    case .conv2d(let conv):
      QuantizedConv2d(
        conv, size: size, pool: pool, product: product, input: input, output: output, kernels: kernels)
    case .linear: QuantizedLinear(product: product, input: input, output: output, kernels: kernels)
    case .batchNorm2d, .batchNorm1d, .relu, .relu6, .leakyReLU, .hardSwish, .sigmoid, .maxPool2d, .averagePool2d,
      .flatten, .add, .concat, .dropout, .softmax:
      preconditionFailure("\(name) has no weight")
    }
  }

  /// The steps of a layer without a weight of integers, from integers to integers.
  /// - Parameters:
  ///   - output: with the scale that it has of its own, or keeps.
  ///   - parameter: the layer's float parameters by name.
  fileprivate func integerSteps(
    from inputs: [QuantizedAdd.Operand], to output: QuantizedAdd.Operand, profile: NumericProfile, compute: Compute,
    parameter: (String) -> [Float]
  ) -> [any QuantizedStep] {
    let (input, kernels) = (inputs[0].values, compute.kernels)
    func lookup(channels: Int) -> [any QuantizedStep] {
      let table = table(
        from: inputs[0].parameters, to: output.parameters, channels: channels, profile: profile, compute: compute,
        parameter: parameter)
      return [QuantizedLookup(table, input: input, output: output.values, kernels: kernels)]
    }
    switch operation {
    case .maxPool2d(let pool) where !pool.window.isPlain:
      return [QuantizedPaddedMaxPool2d(pool, input: input, output: output.values)]
    case .maxPool2d(let pool):
      return [
        QuantizedMaxPool2d(
          geometry: PoolGeometry(pool, from: input.layout, to: output.values.layout), input: input,
          output: output.values, kernels: kernels)
      ]
    case .averagePool2d(let pool):
      return [
        QuantizedAveragePool2d(
          pool, zeroPoint: output.parameters.zeroPoint, rule: profile.averageRule, input: input,
          output: output.values)
      ]
    case .relu:
      let zeroPoint = UInt8(output.parameters.zeroPoint)
      return [QuantizedReLU(zeroPoint: zeroPoint, input: input, output: output.values)]
    case .relu6, .leakyReLU, .hardSwish, .sigmoid: return lookup(channels: 1)
    case .batchNorm2d, .batchNorm1d: return lookup(channels: input.layout.image.channels)
    case .add(let add):
      return [QuantizedAdd(inputs[0], inputs[1], to: output, relu: add.relu, profile: profile, kernels: kernels)]
    case .concat:
      var first = 0
      return inputs.map { part in
        defer { first += part.values.layout.image.channels }
        let table = kernels.table(from: part.parameters, to: output.parameters, profile: profile)
        return QuantizedLookup(table, input: part.values, output: output.values, first: first, kernels: kernels)
      }
    case .flatten, .dropout: return [QuantizedCopy(input: input, output: output.values)]
    case .conv2d, .linear: preconditionFailure("\(name) is multiplied, then requantized")
    case .softmax: preconditionFailure("a lowered network has no softmax")
    }
  }
}
