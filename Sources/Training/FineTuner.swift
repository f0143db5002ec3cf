import Layers
import Quantization
import Tensors

/// Quantization-aware training: goes on training a float model with every weight and activation rounded as the
/// integers will be, while gradients pass through the rounding as if it were none (straight-through estimator).
///
/// Scales follow the values by the formulas of calibration and conversion, or are learned. The same plan, model and images
/// give the same bits on any number of threads and every instruction set.
public struct FineTuner {
  private let model: UnfoldedModel
  private let scheme: QuantizationScheme
  private let plan: FineTuning
  private let activations: [String: TensorScheme]
  private let compute: Compute

  /// A fine-tuner of a fused model, its normalizations folded or not.
  /// - Parameters:
  ///   - scheme: a valid qat scheme.
  ///   - activations: how each tensor that will be integers is quantized.
  /// - Throws: `TrainingError.notQuantizationAware` when the scheme is of another type.
  public init(
    _ model: UnfoldedModel, scheme: QuantizationScheme, activations: [String: TensorScheme], compute: Compute
  ) throws(TrainingError) {
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
  ///   - judge: asked after each epoch for the test accuracy of the engine; it may run it, and changes nothing.
  ///   - progress: told after each batch where the epoch stands.
  ///   - epochDone: told after each epoch.
  /// - Returns: the engine as training has left it, its scales chosen.
  /// - Throws: `TrainingError`, `NetworkError`.
  public func run(
    on images: ImageSet, judge: (FakeQuantizedEngine) -> Double? = { _ in nil },
    progress: (EpochLoop.Step) -> Void = { _ in },
    epochDone: (EpochLoop.Epoch) -> Void = { _ in }
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
      engine, on: images,
      epochBegins: { epoch in
        engine.areScalesFrozen = epoch >= plan.freezeObservers
        engine.areNormsFrozen = epoch >= plan.freezeBatchNorm ?? .max
      }, judge: { judge(engine) }, progress: progress, epochDone: epochDone)
    return engine
  }
}
