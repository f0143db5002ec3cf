import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors
import Training

/// Quantization-aware training: goes on training a float model with every weight and activation rounded as the
/// integers will be, while gradients pass through the rounding as if it were none (straight-through estimator).
///
/// Scales follow the values by the formulas of calibration and conversion, or are learned. The same plan, model and images
/// give the same bits on any number of threads and every instruction set.
public struct FineTuner {
  private let model: FusedModel
  private let scheme: QuantizationScheme
  private let plan: FineTuning
  private let activations: [String: TensorScheme]
  private let compute: Compute

  /// A fine-tuner of a fused model, its normalizations folded or not.
  /// - Parameters:
  ///   - scheme: a valid qat scheme.
  ///   - activations: how each tensor that will be integers is quantized.
  /// - Throws: `FineTuningError.notQuantizationAware` when the scheme is of another type.
  public init(
    _ model: FusedModel, scheme: QuantizationScheme, activations: [String: TensorScheme], compute: Compute
  ) throws(FineTuningError) {
    guard scheme.type == .qat, let plan = scheme.training else { throw .notQuantizationAware(scheme.type) }
    self.model = model
    self.scheme = scheme
    self.plan = plan
    self.activations = activations
    self.compute = compute
  }

  /// Fine-tunes.
  /// - Parameters:
  ///   - images: the training set; labels must be below the network's outputs.
  ///   - state: where the same fine-tuning stands, if it was interrupted: it ends with the same bits.
  ///   - testAccuracy: asked after each epoch for the test accuracy of the engine; it may run it, and changes nothing.
  ///   - progress: told after each batch where the epoch stands.
  ///   - epochDone: told after each epoch.
  ///   - save: given after each epoch where fine-tuning stands then.
  /// - Returns: the engine as training has left it, its scales chosen.
  /// - Throws: `TrainingError`, `NetworkError`; `TrainingStateError` for a state of another training; what `save` throws.
  public func run(
    on images: ImageSet, from state: TrainingState? = nil,
    testAccuracy: (FakeQuantizedEngine) -> Double? = { _ in nil },
    progress: (EpochLoop.Step) -> Void = { _ in },
    epochDone: (EpochLoop.Epoch) -> Void = { _ in }, save: ((TrainingState) throws -> Void)? = nil
  ) throws -> FakeQuantizedEngine {
    try model.model.network.check(images)
    if plan.freezeBatchNorm ?? .max > 1 {
      try model.checkNorms(batchSize: plan.batchSize, images: images.count) { scheme.skips($0) }
    }
    let engine = try FakeQuantizedEngine(
      model, scheme: scheme, activations: activations, capacity: min(plan.batchSize, images.count), forTraining: true,
      compute: compute)
    let loop = EpochLoop(
      epochs: plan.epochs, batchSize: plan.batchSize, learningRate: plan.learningRate, seed: plan.seed, compute: compute
    )
    try loop.run(
      engine, on: images, from: state,
      epochBegins: { epoch in
        engine.areScalesFrozen = epoch >= plan.freezeObservers
        engine.areNormsFrozen = epoch >= plan.freezeBatchNorm ?? .max
      }, testAccuracy: { testAccuracy(engine) }, progress: progress, epochDone: epochDone,
      save: save)
    return engine
  }
}

extension FusedModel {
  /// The same for normalizations that are still to be folded into convolutions; each is named by its convolution.
  /// - Parameter isFolded: whether a convolution's is folded before training, and normalizes no batch.
  func checkNorms(batchSize: Int, images: Int, isFolded: (String) -> Bool) throws {
    let network = model.network
    let normalized = network.layers.indices.filter {
      let name = network.layers[$0].name
      return norms[name] != nil && !isFolded(name)
    }
    try network.checkNormalized(normalized, batchSize: batchSize, images: images)
  }
}

/// A scheme by which nothing is fine-tuned.
public enum FineTuningError: Error, Equatable, CustomStringConvertible {
  /// A scheme of another type.
  case notQuantizationAware(QuantizationType)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .notQuantizationAware(let type):
      "type: expected qat, found \(type.rawValue); run "
        + (type == .static ? "calibrate on this scheme" : "convert on this scheme, it needs no training")
    }
  }
}
