import Kernels
import Networks
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
  private let convolution: ConvolutionAlgorithm
  private let lowered: LoweredNetwork
  /// All values but those that are pooled as they are made.
  private let values: [FloatValue?]
  private let pooled: [Int: PooledLayer]
  private let steps: [any FloatStep]
  private let stepsByLayer: [String: any FloatStep]
  /// Outputs of pooled layers, once they were asked for.
  private var recomputed: [Int: FloatValue] = [:]

  /// An engine for a model.
  /// - Parameters:
  ///   - capacity: the most images that one call brings.
  ///   - forTraining: whether `backward` will be called; it takes memory for gradients.
  ///   - convolution: how convolutions are computed.
  ///   - seed: decides what dropouts leave out while training.
  /// - Throws: `NetworkError` when the network's layers do not fit each other.
  public init(
    _ model: FloatModel, capacity: Int, forTraining: Bool = false, convolution: ConvolutionAlgorithm = .direct,
    seed: UInt64 = 0, compute: Compute
  ) throws(NetworkError) {
    precondition(capacity > 0, "an engine has room for at least one image")
    network = model.network
    self.capacity = capacity
    self.compute = compute
    self.convolution = convolution
    lowered = try LoweredNetwork(network)
    let builder = FloatBuilder(
      model, lowered, capacity: capacity, forTraining: forTraining, convolution: convolution, seed: seed,
      compute: compute)
    values = builder.memory.values
    pooled = builder.pooled
    steps = builder.steps
    stepsByLayer = builder.stepsByLayer
  }

  private var scores: FloatValue {
    guard let scores = values[lowered.output] else { preconditionFailure("the scores are kept") }
    return scores
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
    guard let value = lowered.places[layer] else { preconditionFailure("no layer \(layer)") }
    return (values[value] ?? recompute(value, count: count)).values.values(count: count)
  }

  /// The output of a layer that is pooled as it is made. Its input is still there.
  private func recompute(_ value: Int, count: Int) -> FloatValue {
    guard let pooled = pooled[value], let numbers = stepsByLayer[pooled.layer.name]?.exported() else {
      preconditionFailure("value \(value) was never made")
    }
    let output =
      recomputed[value]
      ?? FloatValue(values: Activation(pooled.layout, capacity: capacity, fill: 0), gradient: nil)
    recomputed[value] = output
    let step = pooled.layer.operation.floatStep(
      from: [pooled.input], to: output, algorithm: convolution, compute: compute
    ) { numbers[$0] ?? [] }
    step.prepare()
    compute.run([step], count: count) { _ in
      false
    } body: { step, images in
      step.forward(images, mode: .inference)
    }
    return output
  }

  /// What training adjusts, in a fixed order.
  public var parameters: [Parameter] { steps.flatMap(\.parameters) }

  /// The running statistics of batch normalizations, by step.
  public var kept: [[Float]] { steps.map(\.kept) }

  /// Makes an engine that has run no batch what it would be after so many training batches, but for its parameters.
  public func resume(after batches: Int, kept: [[Float]]) { steps.resume(after: batches, kept: kept) }

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
    for (layer, step) in stepsByLayer {
      for (part, values) in step.exported() {
        let name = "\(layer).\(part)"
        guard let shape = shapes[name] else { throw .unknownParameter(name) }
        parameters[name] = Tensor(shape, values)
      }
    }
    return try FloatModel(network: network, parameters: parameters)
  }

  private func forward(_ images: UnsafeBufferPointer<Float>, count: Int, mode: FloatMode) {
    guard let input = values[0]?.values else { preconditionFailure("what enters the network is kept") }
    compute.forward(
      steps, from: input, normalizing: network.normalization, images, count: count, mode: mode)
  }
}
