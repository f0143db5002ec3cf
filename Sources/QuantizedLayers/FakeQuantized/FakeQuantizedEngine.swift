import Kernels
import Layers
import Networks
import Quantization
import Tensors

/// Runs a float model as its integers will run, in floats that training can move: quantization-aware training's engine,
/// the third twin of `FloatEngine` and `QuantizedEngine`. Batch normalization that is not folded yet is folded at every
/// step.
///
/// Scales are chosen by the formulas of calibration and conversion, and every integer is the one that `QuantizedEngine`
/// computes from the converted model, as long as no sum leaves the 24 bits that a float holds. Results depend on neither
/// threads nor instruction set. One engine serves one caller at a time.
public final class FakeQuantizedEngine: TrainableEngine, InferenceEngine {
  /// The fused network.
  public let network: Network
  /// The most images of a batch.
  public let capacity: Int
  private let compute: Compute
  private let lowered: LoweredNetwork
  private let memory: FloatMemory
  private let steps: [any FloatStep]
  private let products: [(name: String, step: any FloatStep)]
  private let quantizers: [(name: String, quantizer: ActivationQuantizer)]

  /// An engine for a model.
  /// - Parameters:
  ///   - model: a fused model, normalizations folded or not.
  ///   - scheme: a valid static or qat scheme.
  ///   - activations: how each tensor of `QuantizationScheme.scaledNames` is quantized, its range reduced already.
  ///   - chosen: scales that were chosen before; others are chosen by the first training batches.
  ///   - weightScales: weight scales that were learned before.
  ///   - capacity: the most images that one call brings.
  ///   - forTraining: whether `train` will be called; it takes memory for gradients.
  /// - Throws: `NetworkError` when the network's layers do not fit each other, `QuantizationError`.
  public init(
    _ model: FusedModel, scheme: QuantizationScheme, activations: [String: TensorScheme],
    chosen: [String: ActivationRecord] = [:], weightScales: [String: [Float]] = [:], capacity: Int,
    forTraining: Bool = false, compute: Compute
  ) throws {
    precondition(capacity > 0, "an engine has room for at least one image")
    network = model.model.network
    self.capacity = capacity
    self.compute = compute
    let builder = try FakeQuantizedBuilder(
      model, scheme: scheme, activations: activations, chosen: chosen, weightScales: weightScales, capacity: capacity,
      forTraining: forTraining, compute: compute)
    (lowered, memory, steps) = (builder.lowered, builder.memory, builder.steps)
    (products, quantizers) = (builder.products, builder.quantizers)
  }

  /// Whether activations keep their scales; a scale that was never chosen is chosen once.
  public var areScalesFrozen = false {
    didSet { for (_, quantizer) in quantizers { quantizer.isFrozen = areScalesFrozen } }
  }

  /// Whether batch normalization uses its running statistics in training too, and leaves them as they are.
  public var areNormsFrozen = false {
    didSet {
      for (_, step) in products {
        (step as? FakeQuantizedProduct)?.isNormFrozen = areNormsFrozen
        (step as? FloatBatchNorm)?.isFrozen = areNormsFrozen
      }
    }
  }

  /// What training adjusts, in a fixed order: weights, biases, normalizations' weights and biases, learned scales.
  public var parameters: [Parameter] { steps.flatMap(\.parameters) + quantizers.compactMap(\.quantizer.factor) }

  /// The running statistics and starts of learned weight scales, by step, then the range that each activation's scale
  /// follows.
  public var kept: [[Float]] { steps.map(\.kept) + quantizers.map(\.quantizer.kept) }

  /// Makes an engine that has run no batch what it would be after so many training batches, but for its parameters.
  public func resume(after batches: Int, kept: [[Float]]) {
    precondition(kept.count == steps.count + quantizers.count, "what an engine of the same model kept")
    steps.resume(after: batches, kept: Array(kept[..<steps.count]))
    for ((_, quantizer), kept) in zip(quantizers, kept[steps.count...]) { quantizer.kept = kept }
  }

  /// One forward and backward pass.
  public func train(
    _ images: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<UInt8>, count: Int
  ) -> (loss: Double, correct: Int) {
    forward(images, count: count, mode: .training)
    let result = compute.loss(of: memory[lowered.output], labels: labels, count: count)
    compute.backward(steps, count: count)
    return result
  }

  /// The scores of the last layer, as real numbers: (count, classes), row-major.
  public func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float] {
    forward(images, count: count, mode: .inference)
    return memory[lowered.output].values.values(count: count)
  }

  /// The real numbers that left a layer in the last call, or entered the network, in PyTorch's order.
  public func values(of layer: String, count: Int) -> [Float] {
    let (value, quantizer) = place(layer)
    let scale = quantizer?.scale ?? 1
    return value.values.values(count: count).map { scale * $0 }
  }

  /// The integers that left a layer in the last call.
  /// - Precondition: the layer's output is quantized.
  public func integers(of layer: String, count: Int) -> [Int32] {
    let (value, quantizer) = place(layer)
    guard let zeroPoint = quantizer?.zeroPoint else { preconditionFailure("real numbers leave \(layer)") }
    return value.values.values(count: count).map { Int32($0) + zeroPoint }
  }

  /// The float model as training has left it, every normalization folded.
  /// - Throws: `NetworkError` when a parameter is not finite.
  public func model() throws(NetworkError) -> FloatModel {
    let shapes = try network.parameterShapes()
    var parameters: [String: Tensor] = [:]
    for (name, step) in products {
      for (part, values) in step.exported() {
        guard let shape = shapes["\(name).\(part)"] else { throw .unknownParameter("\(name).\(part)") }
        parameters["\(name).\(part)"] = Tensor(shape, values)
      }
    }
    return try FloatModel(network: network, parameters: parameters)
  }

  /// What was chosen for each activation, by name.
  /// - Throws: `QuantizationError` when a scale is not finite.
  public func activationRecords() throws(QuantizationError) -> [String: ActivationRecord] {
    var records: [String: ActivationRecord] = [:]
    for (name, quantizer) in quantizers { records[name] = try quantizer.record() }
    return records
  }

  /// The weight scales that were learned, by layer.
  public var learnedWeightScales: [String: [Float]] {
    products.reduce(into: [:]) { scales, product in
      scales[product.name] = (product.step as? FakeQuantizedProduct)?.learnedScales
    }
  }

  /// The last form of a value, with what quantized it; nil for real numbers.
  private func place(_ layer: String) -> (value: FloatValue, quantizer: ActivationQuantizer?) {
    guard let place = lowered.places[layer] else { preconditionFailure("no layer \(layer)") }
    guard case .integer(let scale) = lowered.values[place].form else { return (memory[place], nil) }
    return (memory[place], quantizers.first { $0.name == scale }?.quantizer)
  }

  private func forward(_ images: UnsafeBufferPointer<Float>, count: Int, mode: FloatMode) {
    compute.forward(
      steps, from: memory[0].values, normalizing: network.normalization, images, count: count, mode: mode)
  }
}
