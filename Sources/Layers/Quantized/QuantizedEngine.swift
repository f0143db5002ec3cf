import Kernels
import Quantization

/// Runs an integer model: the input is quantized, every layer computes integers, the output is dequantized once.
///
/// Between the layers there is no float but the requantization multiplier (and, under the FBGEMM profile, its bias).
/// Results are equal, bit for bit, on every instruction set and any number of threads. One engine serves one caller
/// at a time.
public final class QuantizedEngine {
  /// The model.
  public let model: QuantizedModel
  /// The most images of a batch.
  public let capacity: Int
  /// For each convolution and linear layer, what its sums can reach and how its products are added.
  public let proofs: [String: (proof: OverflowProof, path: ProductPath)]
  private let compute: Compute
  private let nodes: [Activation<UInt8>]
  private let steps: [any QuantizedStep]
  private let flow: [QuantizationParameters]

  /// An engine for a model.
  /// - Parameter capacity: the most images that one call brings.
  /// - Throws: `QuantizedModelError.overflow` when a layer's sums could leave 32 bits.
  public init(_ model: QuantizedModel, capacity: Int, compute: Compute) throws {
    precondition(capacity > 0, "an engine has room for at least one image")
    self.model = model
    self.capacity = capacity
    self.compute = compute
    flow = model.flow
    let network = model.network
    let layouts = try Plan(network).layouts
    var nodes: [Activation<UInt8>] = []
    for (index, layout) in layouts.enumerated() {
      if index > 0, network.layers[index - 1].operation == .flatten {
        nodes.append(nodes[index - 1])
      } else {
        // A border stands for zeros, and zero's integer is the zero point.
        nodes.append(Activation(layout, capacity: capacity, fill: UInt8(flow[index].zeroPoint)))
      }
    }
    self.nodes = nodes
    var steps: [any QuantizedStep] = []
    var proofs: [String: (proof: OverflowProof, path: ProductPath)] = [:]
    for (index, layer) in network.layers.enumerated() {
      let (input, output) = (nodes[index], nodes[index + 1])
      if let product = try model.product(layer, input: input.layout, parameters: flow[index]) {
        proofs[layer.name] = (product.proof, product.path)
        steps.append(layer.step(product, input: input, output: output, compute: compute))
      } else {
        steps.append(layer.step(flow[index], input: input, output: output, compute: compute))
      }
    }
    self.steps = steps
    self.proofs = proofs
  }

  /// The scores of the last layer, dequantized, for images in PyTorch's order (image, channel, row, column).
  /// - Returns: (count, classes), row-major.
  public func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float] {
    run(images, count: count)
    let output = flow[flow.count - 1]
    return nodes[nodes.count - 1].values(count: count).map { output.dequantize(Int32($0)) }
  }

  /// The integers that left a layer in the last call, or the quantized input under `Network.inputName`, in PyTorch's
  /// order.
  /// - Precondition: the network has that layer, and the last call brought `count` images or more.
  public func integers(of layer: String, count: Int) -> [UInt8] { nodes[index(of: layer)].values(count: count) }

  /// The same as real numbers.
  public func values(of layer: String, count: Int) -> [Float] {
    let parameters = flow[index(of: layer)]
    return integers(of: layer, count: count).map { parameters.dequantize(Int32($0)) }
  }

  private func index(of layer: String) -> Int {
    guard let index = ([Network.inputName] + model.network.layerNames).firstIndex(of: layer) else {
      preconditionFailure("no layer \(layer)")
    }
    return index
  }

  private func run(_ images: UnsafeBufferPointer<Float>, count: Int) {
    let shape = model.network.input
    precondition(count <= capacity && images.count >= count * shape.count, "\(count) images of \(shape) fit")
    guard count > 0, let pixels = images.baseAddress else { return }
    nonisolated(unsafe) let source = pixels
    let (input, parameters, profile, kernels) = (nodes[0], model.input, model.profile, compute.kernels)
    compute.pool.forEach(count) { image in
      kernels.quantize(
        source + image * shape.count, parameters: parameters, profile: profile, into: input, image: image)
    }
    for step in steps { step.forward(count: count) }
  }
}

extension Kernels {
  /// Quantizes one image, given in PyTorch's order, and lays it out.
  fileprivate func quantize(
    _ pixels: UnsafePointer<Float>, parameters: QuantizationParameters, profile: NumericProfile,
    into activation: Activation<UInt8>, image: Int
  ) {
    let count = activation.layout.image.count
    let clamp = profile.clampRange(of: parameters, dtype: .u8)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { integers in
      guard let target = integers.baseAddress else { return }
      quantize(
        count: count, x: pixels, scale: parameters.scale, zeroPoint: UInt8(parameters.zeroPoint),
        range: UInt8(clamp.low)...UInt8(clamp.high),
        rule: profile.scalingRule == .divide ? .divide : .reciprocal, q: target)
      activation.load(image: image, from: target) { $0 }
    }
  }
}

extension QuantizedModel {
  /// The integer product of a convolution or a linear layer, nil for any other.
  fileprivate func product(
    _ layer: Layer, input: ActivationLayout, parameters: QuantizationParameters
  ) throws -> IntegerProduct? {
    guard let numbers = layers[layer.name] else { return nil }
    let (rowOrder, relu): ([[Int]], Bool)
    switch layer.operation {
    case .conv2d(let conv):
      // Each row of the kernel lies side by side in memory; the next one starts a row of the image later.
      let kernel = ImageShape(channels: input.image.channels, height: conv.kernel, width: conv.kernel)
      let rowLength = conv.kernel * kernel.channels
      let order = kernel.pytorchOrder
      rowOrder = (0..<conv.kernel).map { Array(order[$0 * rowLength..<($0 + 1) * rowLength]) }
      relu = conv.relu
    case .linear(let linear):
      (rowOrder, relu) = ([input.image.pytorchOrder], linear.relu)
    case .batchNorm2d, .relu, .maxPool2d, .flatten: return nil
    }
    return try IntegerProduct(
      numbers, name: layer.name, input: parameters, profile: profile, rowOrder: rowOrder, relu: relu)
  }
}

extension Layer {
  /// The step of a layer with weights.
  fileprivate func step(
    _ product: IntegerProduct, input: Activation<UInt8>, output: Activation<UInt8>, compute: Compute
  ) -> any QuantizedStep {
    guard case .conv2d(let conv) = operation else {
      return QuantizedLinear(product: product, input: input, output: output, compute: compute)
    }
    return QuantizedConv2d(conv, product: product, input: input, output: output, compute: compute)
  }

  /// The step of a layer without weights.
  fileprivate func step(
    _ parameters: QuantizationParameters, input: Activation<UInt8>, output: Activation<UInt8>, compute: Compute
  ) -> any QuantizedStep {
    switch operation {
    case .maxPool2d(let pool):
      let geometry = PoolGeometry(pool, from: input.layout, to: output.layout)
      return QuantizedMaxPool2d(geometry: geometry, input: input, output: output, compute: compute)
    case .relu:
      return QuantizedReLU(
        zeroPoint: UInt8(parameters.zeroPoint), input: input, output: output, compute: compute)
    case .flatten: return QuantizedFlatten()
    case .conv2d, .linear, .batchNorm2d:
      preconditionFailure("a checked model has the numbers of \(name)")
    }
  }
}
