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
      switch layer.operation {
      case .conv2d(let conv):
        let image = ImageShape(channels: input.layout.image.channels, height: conv.kernel, width: conv.kernel)
        let order = image.pytorchOrder
        let rowLength = conv.kernel * image.channels
        let product = try model.product(
          layer.name, input: flow[index],
          rowOrder: (0..<conv.kernel).map { Array(order[$0 * rowLength..<($0 + 1) * rowLength]) }, relu: conv.relu)
        proofs[layer.name] = (product.proof, product.path)
        steps.append(QuantizedConv2d(conv, product: product, input: input, output: output, compute: compute))
      case .linear(let linear):
        let product = try model.product(
          layer.name, input: flow[index], rowOrder: [input.layout.image.pytorchOrder], relu: linear.relu)
        proofs[layer.name] = (product.proof, product.path)
        steps.append(QuantizedLinear(product: product, input: input, output: output, compute: compute))
      case .maxPool2d(let pool):
        steps.append(
          QuantizedMaxPool2d(
            geometry: PoolGeometry(pool, from: input.layout, to: output.layout), input: input, output: output,
            compute: compute))
      case .relu:
        steps.append(
          QuantizedReLU(zeroPoint: UInt8(flow[index].zeroPoint), input: input, output: output, compute: compute))
      case .flatten: steps.append(QuantizedFlatten())
      case .batchNorm2d: throw QuantizedModelError.noIntegerForm(layer.name, layer.operation.type)
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
  /// A layer's integer product.
  func product(
    _ name: String, input: QuantizationParameters, rowOrder: [[Int]], relu: Bool
  ) throws -> IntegerProduct {
    guard let layer = layers[name] else { preconditionFailure("a checked model has every layer") }
    return try IntegerProduct(
      layer, name: name, input: input, profile: profile, rowOrder: rowOrder, relu: relu)
  }
}
