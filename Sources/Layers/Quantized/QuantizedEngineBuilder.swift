import Kernels
import Quantization

/// Lays out a quantized model's memory and its steps, layer by layer, and puts a step where integers meet real numbers.
struct QuantizedEngineBuilder {
  /// What flows out of the last layer that was appended; the network's input at first.
  private(set) var node: QuantizedNode
  private(set) var steps: [any QuantizedStep] = []
  /// Of convolutions whose pool is taken in: a step that computes their own output, and where it goes.
  private(set) var hidden: [String: () -> HiddenLayer] = [:]
  private(set) var proofs: [String: (proof: OverflowProof, path: ProductPath)] = [:]
  private let model: QuantizedModel
  private let capacity: Int
  private let compute: Compute
  private let layouts: [ActivationLayout]

  init(_ model: QuantizedModel, capacity: Int, compute: Compute) throws {
    self.model = model
    self.capacity = capacity
    self.compute = compute
    layouts = try Plan(model.network).layouts
    node = QuantizedNode(layouts[0], model.input, capacity: capacity)
  }

  /// Adds the steps of a layer and returns what leaves it.
  mutating func append(layer index: Int) throws -> QuantizedNode {
    let layer = model.network.layers[index]
    let layout = layouts[index + 1]
    // A pool that the convolution before it took in.
    if index > 0, hidden[model.network.layers[index - 1].name] != nil { return node }
    if let numbers = model.layers[layer.name] {
      try append(layer, numbers, at: index)
    } else if let numbers = model.realLayers[layer.name] {
      try append(layer, numbers, to: layout)
    } else if layer.operation != .flatten {
      // A flattened image is the same memory under another name.
      append(layer, to: layout)
    }
    return node
  }

  /// A layer from integers to integers, a convolution with the pool behind it.
  private mutating func append(_ layer: Layer, _ numbers: QuantizedLayer, at index: Int) throws {
    guard case .integer(let input, let parameters) = node else {
      preconditionFailure("a checked model feeds \(layer.name) integers")
    }
    let product = try IntegerProduct(
      numbers, name: layer.name, input: parameters, profile: model.profile,
      rowOrder: layer.memoryRows(input: input.layout.image), relu: layer.operation.hasFusedReLU)
    let (capacity, layout, stored) = (capacity, layouts[index + 1], numbers.output.stored)
    let pool = model.network.pool(takenInBy: index)
    let output = Activation(pool == nil ? layout : layouts[index + 2], capacity: capacity, parameters: stored)
    append(layer, product, input: input, output: output, size: layout.image, pool: pool)
    node = .integer(output, stored)
    guard case .conv2d(let conv) = layer.operation, pool != nil else { return }
    let kernels = compute.kernels
    hidden[layer.name] = {
      let output = Activation(layout, capacity: capacity, parameters: stored)
      let step = QuantizedConv2d(
        conv, size: layout.image, pool: nil, product: product, input: input, output: output, kernels: kernels)
      return HiddenLayer(step: step, node: .integer(output, stored))
    }
  }

  /// A layer from real numbers to real numbers, quantized again where integers are wanted.
  private mutating func append(_ layer: Layer, _ numbers: RealLayer, to layout: ActivationLayout) throws {
    let input = realInput()
    let output = FloatNode(values: Activation(layout, capacity: capacity, fill: 0), gradient: nil)
    if case .dynamic(let weight, let activations) = numbers.weight {
      let scales = DynamicScales(capacity: capacity)
      let integers = Activation(input.values.layout, capacity: capacity, fill: UInt8(0))
      steps.append(
        QuantizeAtCall(
          activations: activations, profile: model.profile, input: input.values, output: integers, scales: scales,
          compute: compute))
      let product = try DynamicProduct(
        weight, bias: numbers.bias, name: layer.name, activations: activations, scales: scales,
        profile: model.profile, rowOrder: layer.memoryRows(input: integers.layout.image),
        relu: layer.operation.hasFusedReLU)
      append(layer, product, input: integers, output: output.values, size: layout.image)
    } else {
      steps.append(RealStep(step: layer.floatStep(numbers, input: input, output: output, compute: compute)))
    }
    node = .real(output)
    if let parameters = numbers.output?.stored {
      let integers = Activation(layout, capacity: capacity, parameters: parameters)
      steps.append(
        QuantizeActivation(
          parameters: parameters, profile: model.profile, input: output.values, output: integers,
          kernels: compute.kernels))
      node = .integer(integers, parameters)
    }
  }

  private mutating func append<Product: BlockProduct>(
    _ layer: Layer, _ product: Product, input: Activation<UInt8>, output: Activation<Product.Output>,
    size: ImageShape, pool: MaxPool2d? = nil
  ) {
    proofs[layer.name] = (product.packed.proof, product.packed.path)
    if case .conv2d(let conv) = layer.operation {
      steps.append(
        QuantizedConv2d(
          conv, size: size, pool: pool, product: product, input: input, output: output, kernels: compute.kernels))
    } else {
      steps.append(QuantizedLinear(product: product, input: input, output: output, kernels: compute.kernels))
    }
  }

  /// A layer without weights, in integers or in real numbers.
  private mutating func append(_ layer: Layer, to layout: ActivationLayout) {
    switch node {
    case .integer(let input, let parameters):
      let output = Activation(layout, capacity: capacity, parameters: parameters)
      if case .maxPool2d(let pool) = layer.operation {
        let geometry = PoolGeometry(pool, from: input.layout, to: layout)
        steps.append(QuantizedMaxPool2d(geometry: geometry, input: input, output: output, kernels: compute.kernels))
      } else {
        steps.append(
          QuantizedReLU(zeroPoint: UInt8(parameters.zeroPoint), input: input, output: output))
      }
      node = .integer(output, parameters)
    case .real(let input):
      let output = FloatNode(values: Activation(layout, capacity: capacity, fill: 0), gradient: nil)
      let step: any FloatStep =
        if case .maxPool2d(let pool) = layer.operation {
          FloatMaxPool2d(pool, input: input, output: output, compute: compute)
        } else {
          FloatReLU(input: input, output: output, compute: compute)
        }
      steps.append(RealStep(step: step))
      node = .real(output)
    }
  }

  /// What flows, as real numbers.
  private mutating func realInput() -> FloatNode {
    switch node {
    case .real(let input): return input
    case .integer(let integers, let parameters):
      let values = Activation(integers.layout, capacity: capacity, fill: Float(0))
      steps.append(
        DequantizeActivation(parameters: parameters, input: integers, output: values))
      return FloatNode(values: values, gradient: nil)
    }
  }
}

/// A layer whose output no other layer reads, to be computed when a person asks for it.
struct HiddenLayer {
  let step: any QuantizedStep
  let node: QuantizedNode
}

extension QuantizedNode {
  /// Integers where there are parameters for them, real numbers elsewhere.
  fileprivate init(_ layout: ActivationLayout, _ parameters: QuantizationParameters?, capacity: Int) {
    if let stored = parameters?.stored {
      self = .integer(Activation(layout, capacity: capacity, parameters: stored), stored)
    } else {
      self = .real(FloatNode(values: Activation(layout, capacity: capacity, fill: 0), gradient: nil))
    }
  }
}

extension Activation where Element == UInt8 {
  /// Room for integers of the given parameters, as stored. A border stands for zeros, and zero's integer is the zero
  /// point.
  fileprivate convenience init(_ layout: ActivationLayout, capacity: Int, parameters: QuantizationParameters) {
    self.init(layout, capacity: capacity, fill: UInt8(parameters.zeroPoint))
  }
}

extension Layer {
  /// The float step of a layer with weights.
  fileprivate func floatStep(
    _ numbers: RealLayer, input: FloatNode, output: FloatNode, compute: Compute
  ) -> any FloatStep {
    switch operation {
    case .conv2d(let conv):
      return FloatConv2d(
        conv, weight: numbers.values, bias: numbers.bias, input: input, output: output, compute: compute)
    case .linear(let linear):
      return FloatLinear(
        linear, weight: numbers.values, bias: numbers.bias, input: input, output: output, compute: compute)
    case .batchNorm2d, .relu, .maxPool2d, .flatten: preconditionFailure("\(name) has no weights")
    }
  }
}
