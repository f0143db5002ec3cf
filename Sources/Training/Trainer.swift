import Foundation
import Kernels
import Layers
import Networks
import Tensors

/// How a network is trained, as a file in Pipelines holds it.
public struct TrainingPlan: Sendable, Equatable, Codable {
  /// Passes over the training images.
  public var epochs: Int
  /// Images per step.
  public var batchSize: Int
  /// Adam's learning rate.
  public var learningRate: Double
  /// Decides initial weights, every shuffle and how images are varied.
  public var seed: UInt64
  /// How images are varied; nil for not at all.
  public var augment: Augmentation?

  enum CodingKeys: String, CodingKey {
    case epochs, seed, augment
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
  }

  /// A plan of the given parts.
  public init(epochs: Int, batchSize: Int, learningRate: Double, seed: UInt64, augment: Augmentation? = nil) {
    self.augment = augment
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.seed = seed
  }

  /// Checks what no single type can say.
  /// - Parameter input: the images that the plan is for.
  /// - Throws: `TrainingError.badPlan`, naming the key.
  public func validate(for input: ImageShape) throws(TrainingError) {
    guard epochs >= 1 else { throw .badPlan("epochs", "at least 1", "\(epochs)") }
    guard epochs <= mostEpochs else {
      throw .badPlan("epochs", "at most \(mostEpochs)", "\(epochs)")
    }
    guard batchSize >= 1 else { throw .badPlan("batch_size", "at least 1", "\(batchSize)") }
    guard learningRate > 0, learningRate.isFinite else {
      throw .badPlan("learning_rate", "a finite number above 0", "\(learningRate)")
    }
    try augment?.check(for: input)
  }
}

/// Trains a network: cross-entropy, Adam, shuffled batches.
///
/// The same plan, network and images give the same bits on any number of threads and every instruction set.
public struct Trainer {
  private let network: Network
  private let plan: TrainingPlan
  private let compute: Compute

  /// A trainer for a network.
  public init(_ network: Network, plan: TrainingPlan, compute: Compute) {
    self.network = network
    self.plan = plan
    self.compute = compute
  }

  /// Trains from random weights.
  /// - Parameters:
  ///   - images: the training set; labels must be below the network's outputs.
  ///   - state: where the same training stands, if it was interrupted: it ends with the same bits.
  ///   - testAccuracy: asked after each epoch for the test accuracy of the engine; it may run it, and changes nothing.
  ///   - progress: told after each batch where the epoch stands.
  ///   - epochDone: told after each epoch.
  ///   - save: given after each epoch where training stands then.
  /// - Returns: the trained model, of the network as given.
  /// - Throws: `TrainingError`, `NetworkError`; `TrainingStateError` for a state of another training; what `save` throws.
  public func train(
    on images: ImageSet, from state: TrainingState? = nil, testAccuracy: (FloatEngine) -> Double? = { _ in nil },
    progress: (EpochLoop.Step) -> Void = { _ in },
    epochDone: (EpochLoop.Epoch) -> Void = { _ in }, save: ((TrainingState) throws -> Void)? = nil
  ) throws -> FloatModel {
    try plan.validate(for: network.input)
    try network.check(images)
    try network.checkNorms(batchSize: plan.batchSize, images: images.count)
    // ReLU is fused into the layer before it: the same arithmetic, one pass over memory less.
    let initial = try Initialization.initialize(network, seed: plan.seed)
    let start = try FloatModel(network: network.fusingReLU(), parameters: initial.parameters)
    let engine = try FloatEngine(
      start, capacity: min(plan.batchSize, images.count), forTraining: true, convolution: .winograd, seed: plan.seed,
      compute: compute)
    let loop = EpochLoop(
      epochs: plan.epochs, batchSize: plan.batchSize, learningRate: plan.learningRate, seed: plan.seed,
      augmentation: plan.augment, compute: compute)
    try loop.run(
      engine, on: images, from: state, testAccuracy: { testAccuracy(engine) }, progress: progress,
      epochDone: epochDone, save: save)
    do {
      return try engine.model(for: network)
    } catch {
      // Its numbers are not finite: the last step is followed by no loss that would tell.
      let last = ImageSet.batches(of: images.count, size: plan.batchSize).count
      throw TrainingError.diverged(epoch: plan.epochs, batch: last, .nan)
    }
  }
}

/// What can go wrong in training.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// A plan with a number that makes no sense.
  case badPlan(String, String, String)
  /// An empty training set.
  case noImages
  /// Images that the network does not take.
  case wrongImages(expected: ImageShape, found: Shape)
  /// A network that ends in an image, or in a vector made of one.
  case noScores(lastLayer: String)
  /// A label that the network has no output for.
  case tooFewClasses(classes: Int, label: UInt8)
  /// A batch of one image whose normalized map is one pixel: it has no variance. The layer, the batch size, the images.
  case oneValue(layer: String, batchSize: Int, images: Int)
  /// A loss that is NaN or infinite.
  case diverged(epoch: Int, batch: Int, Double)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .badPlan(let key, let expected, let found): "\(key): expected \(expected), found \(found)"
    case .noImages: "training set: expected at least one image, found none; install the data set again"
    case .wrongImages(let expected, let found):
      "images: the network takes \(expected), found \(found); give it an input of that shape"
    case .noScores(let layer):
      "layer '\(layer)': expected one score for each class from the last layer; end the network in a linear layer"
    case .tooFewClasses(let classes, let label):
      "labels: the network has \(classes) outputs, found label \(label); give its last layer at least \(label + 1)"
    case .oneValue(let layer, let batchSize, let images):
      "layer '\(layer)': batch normalization needs more than one value per channel, found one pixel in "
        + (batchSize == 1 || images == 1
          ? "batches of 1 image; choose a batch_size of at least 2"
          : "the last batch, 1 image of \(images) in batches of \(batchSize); choose another batch_size")
    case .diverged(let epoch, let batch, let loss):
      "training diverged: the loss is \(loss) in epoch \(epoch), batch \(batch); lower learning_rate or check the data"
    }
  }
}
