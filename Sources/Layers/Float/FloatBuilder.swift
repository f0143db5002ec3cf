import Kernels
import Networks
import Tensors

/// Lays out a float model's memory and its steps, node by node.
struct FloatBuilder {
  private(set) var memory: FloatMemory
  private(set) var steps: [any FloatStep] = []
  /// The step of each layer that has one.
  private(set) var stepsByLayer: [String: any FloatStep] = [:]
  /// The layers whose output is pooled as it is made, by the value that is therefore not there.
  private(set) var pooled: [Int: PooledLayer] = [:]
  let plan: Plan
  private let model: FloatModel
  private let lowered: LoweredNetwork
  private let convolution: ConvolutionAlgorithm
  private let seed: UInt64
  private let compute: Compute

  /// Lays out every layer.
  /// - Parameter lowered: the model's network, in floats throughout.
  init(
    _ model: FloatModel, _ lowered: LoweredNetwork, capacity: Int, forTraining: Bool,
    convolution: ConvolutionAlgorithm, seed: UInt64, compute: Compute
  ) {
    self.seed = seed
    self.model = model
    self.lowered = lowered
    self.convolution = convolution
    self.compute = compute
    plan = Plan(lowered, forTraining: forTraining)
    memory = FloatMemory(lowered, plan, capacity: capacity, forTraining: forTraining)
    _ = memory.make(0, hasGradient: false)
    for (index, node) in lowered.nodes.enumerated() { append(node, at: index) }
  }

  private mutating func append(_ node: LoweredNetwork.Node, at index: Int) {
    switch node.operation {
    case .layer(let position): append(lowered.network.layers[position], node, at: index)
    case .quantize, .dequantize, .quantizeDynamically, .multiply, .requantize, .dequantizeSums:
      preconditionFailure("a network in floats has no integers")
    }
  }

  private mutating func append(_ layer: Layer, _ node: LoweredNetwork.Node, at index: Int) {
    // A pool that the convolution before it took in.
    if pooled[node.inputs[0]] != nil { return }
    let inputs = node.inputs.map { memory.read($0, by: index) }
    if plan.isView(node) {
      memory.make(node.output, viewing: inputs[0])
      if let fork = memory.fork(node.output) { steps.append(fork) }
      return
    }
    let follower = lowered.pool(behind: index)
    let pool = follower.map { (pool: $0.pool, layout: plan.layouts[node.output]) }
    let target = follower.map { lowered.nodes[$0.node].output } ?? node.output
    let step = layer.operation.floatStep(
      from: inputs, to: memory.make(target), pool: pool, algorithm: convolution,
      draws: SeededGenerator(seed: seed, stream: UInt64(index)), compute: compute
    ) { model.values("\(layer.name).\($0)") }
    if pool != nil {
      pooled[node.output] = PooledLayer(layer: layer, input: inputs[0], layout: plan.layouts[node.output])
    }
    steps.append(step)
    stepsByLayer[layer.name] = step
    if let fork = memory.fork(target) { steps.append(fork) }
  }
}

/// A layer whose output is pooled as it is made and not kept: what it takes to make it again.
struct PooledLayer {
  let layer: Layer
  let input: FloatValue
  /// Where its own output would lie.
  let layout: ActivationLayout
}

extension Networks.Operation {
  /// The step that computes the operation in floats.
  /// - Parameters:
  ///   - pool: the pool that is taken in, and the layout of what it pools; nil for none. The output is then the pool's.
  ///   - algorithm: how convolutions are computed.
  ///   - inputGradient: how the gradient of a convolution's input is, nil for the same way.
  ///   - draws: what a dropout draws from.
  ///   - parameter: a parameter's values by its name within the layer.
  package func floatStep(
    from inputs: [FloatValue], to output: FloatValue, pool: (pool: MaxPool2d, layout: ActivationLayout)? = nil,
    algorithm: ConvolutionAlgorithm = .direct, inputGradient: ConvolutionAlgorithm? = nil,
    draws: SeededGenerator = SeededGenerator(seed: 0), compute: Compute, parameter: (String) -> [Float]
  ) -> any FloatStep {
    let input = inputs[0]
    switch self {
    case .conv2d(let conv) where conv.isDepthwise(over: input.values.layout.image):
      return FloatDepthwiseConv2d(
        conv, weight: parameter("weight"), bias: conv.bias ? parameter("bias") : nil, input: input, output: output,
        compute: compute)
    case .conv2d(let conv):
      return FloatConv2d(
        conv, weight: parameter("weight"), bias: conv.bias ? parameter("bias") : nil, input: input, output: output,
        pool: pool, algorithm: algorithm, inputGradient: inputGradient, compute: compute)
    case .linear(let linear):
      return FloatLinear(
        linear, weight: parameter("weight"), bias: linear.bias ? parameter("bias") : nil, input: input,
        output: output, compute: compute)
    case .batchNorm2d(let norm):
      return norm.floatStep(from: input, to: output, compute: compute, parameter: parameter)
    case .batchNorm1d(let norm):
      return norm.floatStep(from: input, to: output, compute: compute, parameter: parameter)
    case .relu: return FloatReLU(input: input, output: output, compute: compute)
    case .relu6: return FloatPointwise(.relu6, input: input, output: output)
    case .leakyReLU(let relu): return FloatPointwise(.leakyReLU(slope: relu.slope), input: input, output: output)
    case .hardSwish: return FloatPointwise(.hardSwish, input: input, output: output)
    case .sigmoid: return FloatPointwise(.sigmoid, input: input, output: output)
    case .maxPool2d(let pool) where !pool.window.isPlain:
      return FloatPaddedMaxPool2d(pool, input: input, output: output)
    case .maxPool2d(let pool): return FloatMaxPool2d(pool, input: input, output: output, compute: compute)
    case .averagePool2d(let pool): return FloatAveragePool2d(pool, input: input, output: output)
    case .flatten: return FloatCopy(input: input, output: output)
    case .add(let add): return FloatAdd(inputs: inputs, output: output, relu: add.relu, compute: compute)
    case .concat: return FloatConcat(inputs: inputs, output: output)
    case .dropout(let dropout):
      return FloatDropout(dropout, input: input, output: output, draws: draws, compute: compute)
    case .softmax: preconditionFailure("a lowered network has no softmax")
    }
  }
}

extension Normalization {
  fileprivate func floatStep(
    from input: FloatValue, to output: FloatValue, compute: Compute, parameter: (String) -> [Float]
  ) -> any FloatStep {
    FloatBatchNorm(
      ChannelNorm(self, values: parameter), relu: relu, input: input, output: output, compute: compute)
  }
}
