import Kernels
import Tensors

/// Runs a float model on batches, forward and, when made for training, backward.
///
/// Memory is taken once, for `capacity` images, whatever the number of batches. Results depend on neither threads nor
/// instruction set. One engine serves one caller at a time.
public final class FloatEngine: TrainableEngine {
  /// The model's network.
  public let network: Network
  /// The most images of a batch.
  public let capacity: Int
  private let compute: Compute
  private let layouts: [ActivationLayout]
  private let convolution: ConvolutionAlgorithm
  /// What flows into each layer and out of the last; nil between a convolution and the pool that it took in.
  private let nodes: [FloatNode?]
  private let steps: [any FloatStep]
  /// Such outputs, once a person asked for them.
  private var hidden: [Int: FloatNode] = [:]

  /// An engine for a model.
  /// - Parameters:
  ///   - capacity: the most images that one call brings.
  ///   - forTraining: whether `backward` will be called; it takes memory for gradients.
  ///   - convolution: how convolutions are computed.
  /// - Throws: `NetworkError` when the network's layers do not fit each other.
  public init(
    _ model: FloatModel, capacity: Int, forTraining: Bool = false, convolution: ConvolutionAlgorithm = .direct,
    compute: Compute
  ) throws(NetworkError) {
    precondition(capacity > 0, "an engine has room for at least one image")
    network = model.network
    self.capacity = capacity
    self.compute = compute
    self.convolution = convolution
    layouts = try Plan(network, forTraining: forTraining).layouts
    var nodes: [FloatNode?] = []
    for (index, layout) in layouts.enumerated() {
      if index > 0, network.layers[index - 1].operation == .flatten {
        nodes.append(nodes[index - 1])
        continue
      }
      if index > 0, network.pool(takenInBy: index - 1) != nil {
        nodes.append(nil)
        continue
      }
      let gradient = forTraining && index > 0 ? Activation(layout, capacity: capacity, fill: Float(0)) : nil
      nodes.append(FloatNode(values: Activation(layout, capacity: capacity, fill: 0), gradient: gradient))
    }
    self.nodes = nodes
    let layouts = layouts
    steps = model.network.layers.enumerated().map { index, layer in
      // A pool that the convolution before it took in.
      guard let input = nodes[index] else { return FloatIdentity() }
      let pool = model.network.pool(takenInBy: index).map { (pool: $0, layout: layouts[index + 1]) }
      guard let output = nodes[pool == nil ? index + 1 : index + 2] else { preconditionFailure("a pool has an output") }
      return Self.step(
        layer, model: model, input: input, output: output, pool: pool, algorithm: convolution, compute: compute)
    }
  }

  private var scores: FloatNode {
    guard let last = nodes.last ?? nil else { preconditionFailure("what leaves the last layer is kept") }
    return last
  }

  /// The scores of the last layer for images given in PyTorch's order (image, channel, row, column).
  /// - Parameters:
  ///   - images: `count` images.
  ///   - count: at most `capacity`.
  /// - Returns: (count, classes), row-major.
  public func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float] {
    forward(images, count: count, mode: .inference)
    return scores.values.values(count: count)
  }

  /// The values that left a layer in the last call, or the network's input under `Network.inputName`, in PyTorch's
  /// order.
  /// - Precondition: the network has that layer, and the last call brought `count` images or more.
  public func values(of layer: String, count: Int) -> [Float] {
    guard let index = ([Network.inputName] + network.layerNames).firstIndex(of: layer) else {
      preconditionFailure("no layer \(layer)")
    }
    return (nodes[index] ?? recompute(index - 1, count: count)).values.values(count: count)
  }

  /// The output of a convolution whose pool was taken in. Its input is still there.
  private func recompute(_ index: Int, count: Int) -> FloatNode {
    let layer = network.layers[index]
    guard case .conv2d(let conv) = layer.operation, let input = nodes[index] else {
      preconditionFailure("only convolutions take in pools")
    }
    let output =
      hidden[index]
      ?? FloatNode(values: Activation(layouts[index + 1], capacity: capacity, fill: 0), gradient: nil)
    hidden[index] = output
    let numbers = steps[index].exported()
    let step = FloatConv2d(
      conv, weight: numbers["weight"] ?? [], bias: numbers["bias"], input: input, output: output,
      algorithm: convolution, compute: compute)
    step.prepare()
    compute.forEachShard(of: count) { step.forward($0, mode: .inference) }
    return output
  }

  /// What training adjusts, in a fixed order.
  public var parameters: [Parameter] { steps.flatMap(\.parameters) }

  /// One forward and backward pass: the loss's gradient is left in every `Parameter`.
  /// - Parameters:
  ///   - images: `count` images in PyTorch's order.
  ///   - labels: the class of each.
  /// - Returns: the sum of the images' cross-entropy, and how many are classified correctly. The gradients are those
  ///   of the mean.
  public func train(
    _ images: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<UInt8>, count: Int
  ) -> (loss: Double, correct: Int) {
    forward(images, count: count, mode: .training)
    let result = compute.loss(of: scores, labels: labels, count: count)
    compute.backward(steps, count: count)
    return result
  }

  /// The model with the parameters as they are now.
  public func model(for network: Network) throws(NetworkError) -> FloatModel {
    let shapes = try network.parameterShapes()
    var parameters: [String: Tensor] = [:]
    for (layer, step) in zip(self.network.layers, steps) {
      for (name, values) in step.exported() {
        let name = "\(layer.name).\(name)"
        guard let shape = shapes[name] else { throw .unknownParameter(name) }
        parameters[name] = Tensor(shape, values)
      }
    }
    return try FloatModel(network: network, parameters: parameters)
  }

  private func forward(_ images: UnsafeBufferPointer<Float>, count: Int, mode: FloatMode) {
    guard let input = nodes[0]?.values else { preconditionFailure("what enters the network is kept") }
    let shape = input.layout.image
    precondition(count <= capacity && images.count >= count * shape.count, "\(count) images of \(shape) fit")
    guard count > 0, let pixels = images.baseAddress else { return }
    nonisolated(unsafe) let source = pixels
    compute.forward(steps, count: count, mode: mode) { images in
      for image in images { input.load(image: image, from: source + image * shape.count) { $0 } }
    }
  }

  private static func step(
    _ layer: Layer, model: FloatModel, input: FloatNode, output: FloatNode,
    pool: (pool: MaxPool2d, layout: ActivationLayout)?, algorithm: ConvolutionAlgorithm, compute: Compute
  ) -> any FloatStep {
    func values(_ name: String) -> [Float] { model.values("\(layer.name).\(name)") }
    switch layer.operation {
    case .conv2d(let conv):
      return FloatConv2d(
        conv, weight: values("weight"), bias: conv.bias ? values("bias") : nil, input: input, output: output,
        pool: pool, algorithm: algorithm, compute: compute)
    case .linear(let linear):
      return FloatLinear(
        linear, weight: values("weight"), bias: linear.bias ? values("bias") : nil, input: input, output: output,
        compute: compute)
    case .batchNorm2d(let norm):
      return FloatBatchNorm2d(
        ChannelNorm(norm, of: layer.name, in: model), input: input, output: output, compute: compute)
    case .relu: return FloatReLU(input: input, output: output, compute: compute)
    case .maxPool2d(let pool): return FloatMaxPool2d(pool, input: input, output: output, compute: compute)
    case .flatten: return FloatIdentity()
    }
  }
}

/// A layer that has nothing to do: an image as a vector is the same memory under another name, as linear layers know the
/// order of its features, and a pool may have been taken in.
private final class FloatIdentity: FloatStep {
  var parameters: [Parameter] { [] }
  func exported() -> [String: [Float]] { [:] }
  func forward(_ images: Range<Int>, mode: FloatMode) {}
  func backward(_ images: Range<Int>) {}
}
