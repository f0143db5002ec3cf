import Kernels
import Quantization

/// Runs a quantized model. From integer layer to integer layer integers flow, and there is no float but the
/// requantization multiplier (and, under the FBGEMM profile, its bias); real layers compute in floats, or, when dynamic,
/// quantize what enters.
///
/// Results are equal, bit for bit, on every instruction set and any number of threads. One engine serves one caller
/// at a time.
public final class QuantizedEngine {
  /// The model.
  public let model: QuantizedModel
  /// The most images of a batch.
  public let capacity: Int
  /// For each layer that multiplies integers, what its sums can reach and how its products are added.
  public let proofs: [String: (proof: OverflowProof, path: ProductPath)]
  private let compute: Compute
  private let input: QuantizedNode
  private let outputs: [QuantizedNode]
  private let steps: [any QuantizedStep]
  private let makeHidden: [String: () -> HiddenLayer]
  private var hidden: [String: HiddenLayer] = [:]

  /// An engine for a model.
  /// - Parameter capacity: the most images that one call brings.
  /// - Throws: `QuantizedModelError.overflow` when a layer's sums could leave 32 bits.
  public init(_ model: QuantizedModel, capacity: Int, compute: Compute) throws {
    precondition(capacity > 0, "an engine has room for at least one image")
    self.model = model
    self.capacity = capacity
    self.compute = compute
    var builder = try QuantizedEngineBuilder(model, capacity: capacity, compute: compute)
    input = builder.node
    outputs = try model.network.layers.indices.map { try builder.append(layer: $0) }
    steps = builder.steps
    makeHidden = builder.hidden
    proofs = builder.proofs
  }

  /// The scores of the last layer, as real numbers, for images in PyTorch's order (image, channel, row, column).
  /// - Returns: (count, classes), row-major.
  public func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float] {
    run(images, count: count)
    return (outputs.last ?? input).values(count: count)
  }

  /// The integers that left a layer in the last call, or the quantized input under `Network.inputName`, in PyTorch's
  /// order, as they are stored: signed ones 128 higher.
  /// - Precondition: the network has that layer, integers leave it, and the last call brought `count` images or more.
  public func integers(of layer: String, count: Int) -> [UInt8] {
    guard case .integer(let activation, _) = node(of: layer, count: count) else {
      preconditionFailure("real numbers leave \(layer)")
    }
    return activation.values(count: count)
  }

  /// The real numbers that left a layer in the last call, or that its integers stand for.
  public func values(of layer: String, count: Int) -> [Float] {
    node(of: layer, count: count).values(count: count)
  }

  private func node(of layer: String, count: Int) -> QuantizedNode {
    if layer == Network.inputName { return input }
    if let make = makeHidden[layer] {
      // Its input is still there; its output was not wanted until now.
      let found = hidden[layer] ?? make()
      hidden[layer] = found
      compute.forEachShard(of: count) { found.step.forward($0) }
      return found.node
    }
    guard let index = model.network.layerNames.firstIndex(of: layer) else { preconditionFailure("no layer \(layer)") }
    return outputs[index]
  }

  private func run(_ images: UnsafeBufferPointer<Float>, count: Int) {
    let shape = model.network.input
    precondition(count <= capacity && images.count >= count * shape.count, "\(count) images of \(shape) fit")
    guard count > 0, let pixels = images.baseAddress else { return }
    nonisolated(unsafe) let source = pixels
    let (input, profile, kernels) = (input, model.profile, compute.kernels)
    compute.run(steps, count: count) {
      $0.needsBatch
    } load: { images in
      for image in images {
        let pixels = source + image * shape.count
        switch input {
        case .integer(let activation, let parameters):
          kernels.quantize(pixels, parameters: parameters, profile: profile, into: activation, image: image)
        case .real(let node): node.values.load(image: image, from: pixels) { $0 }
        }
      }
    } body: { step, images in
      step.forward(images)
    }
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
        range: UInt8(clamp.low)...UInt8(clamp.high), rule: QuantizeRule(profile.scalingRule), q: target)
      activation.load(image: image, from: target) { $0 }
    }
  }
}

/// What lies between two layers.
enum QuantizedNode: Sendable {
  /// Integers, as stored, and what they stand for.
  case integer(Activation<UInt8>, QuantizationParameters)
  /// Real numbers.
  case real(FloatNode)

  /// Real numbers in PyTorch's order.
  func values(count: Int) -> [Float] {
    switch self {
    case .integer(let activation, let parameters):
      activation.values(count: count).map { parameters.dequantize(Int32($0)) }
    case .real(let node): node.values.values(count: count)
    }
  }
}
