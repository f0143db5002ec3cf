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
  private let nodes: [FloatNode]
  private let steps: [any FloatStep]

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
    let layouts = try Plan(network, forTraining: forTraining).layouts
    var nodes: [FloatNode] = []
    for (index, layout) in layouts.enumerated() {
      if index > 0, network.layers[index - 1].operation == .flatten {
        nodes.append(nodes[index - 1])
        continue
      }
      let gradient = forTraining && index > 0 ? Activation(layout, capacity: capacity, fill: Float(0)) : nil
      nodes.append(
        FloatNode(
          values: Activation(layout, capacity: capacity, fill: 0), gradient: gradient,
          isRectifiedByReader: network.isPooledAfterReLU(at: index)))
    }
    self.nodes = nodes
    steps = model.network.layers.enumerated().map { index, layer in
      Self.step(
        layer, model: model, input: nodes[index], output: nodes[index + 1], algorithm: convolution, compute: compute)
    }
  }

  /// The scores of the last layer for images given in PyTorch's order (image, channel, row, column).
  /// - Parameters:
  ///   - images: `count` images.
  ///   - count: at most `capacity`.
  /// - Returns: (count, classes), row-major.
  public func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float] {
    forward(images, count: count, mode: .inference)
    return nodes[nodes.count - 1].values.values(count: count)
  }

  /// The values that left a layer in the last call, or the network's input under `Network.inputName`, in PyTorch's
  /// order.
  /// - Precondition: the network has that layer, and the last call brought `count` images or more.
  public func values(of layer: String, count: Int) -> [Float] {
    guard let index = ([Network.inputName] + network.layerNames).firstIndex(of: layer) else {
      preconditionFailure("no layer \(layer)")
    }
    return nodes[index].values.values(count: count)
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
    let result = compute.loss(of: nodes[nodes.count - 1], labels: labels, count: count)
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
    let input = nodes[0].values
    let shape = input.layout.image
    precondition(count <= capacity && images.count >= count * shape.count, "\(count) images of \(shape) fit")
    guard count > 0, let pixels = images.baseAddress else { return }
    nonisolated(unsafe) let source = pixels
    for step in steps { step.prepare() }
    compute.run(steps, count: count) {
      $0.needsBatch(mode)
    } load: { images in
      for image in images { input.load(image: image, from: source + image * shape.count) { $0 } }
    } body: { step, images in
      step.forward(images, mode: mode)
    }
  }

  private static func step(
    _ layer: Layer, model: FloatModel, input: FloatNode, output: FloatNode,
    algorithm: ConvolutionAlgorithm, compute: Compute
  ) -> any FloatStep {
    func values(_ name: String) -> [Float] { model.values("\(layer.name).\(name)") }
    switch layer.operation {
    case .conv2d(let conv):
      return FloatConv2d(
        conv, weight: values("weight"), bias: conv.bias ? values("bias") : nil, input: input, output: output,
        algorithm: algorithm, compute: compute)
    case .linear(let linear):
      return FloatLinear(
        linear, weight: values("weight"), bias: linear.bias ? values("bias") : nil, input: input, output: output,
        compute: compute)
    case .batchNorm2d(let norm):
      return FloatBatchNorm2d(
        ChannelNorm(norm, of: layer.name, in: model), input: input, output: output, compute: compute)
    case .relu: return FloatReLU(input: input, output: output, compute: compute)
    case .maxPool2d(let pool): return FloatMaxPool2d(pool, input: input, output: output, compute: compute)
    case .flatten: return FloatFlatten()
    }
  }
}

/// An image as a vector: the same memory under another name. Linear layers know the order of its features.
private final class FloatFlatten: FloatStep {
  var parameters: [Parameter] { [] }
  func exported() -> [String: [Float]] { [:] }
  func forward(_ images: Range<Int>, mode: FloatMode) {}
  func backward(_ images: Range<Int>) {}
}

extension Network {
  /// Whether a convolution with a fused ReLU flows into node `index`, and a pool without overlaps reads it.
  fileprivate func isPooledAfterReLU(at index: Int) -> Bool {
    guard index > 0, index < layers.count, case .conv2d(let conv) = layers[index - 1].operation, conv.relu,
      case .maxPool2d(let pool) = layers[index].operation
    else { return false }
    return pool.kernel <= pool.stride
  }
}
