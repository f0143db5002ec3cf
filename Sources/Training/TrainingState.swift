import Layers

/// Where training stands after an epoch: all that the next one depends on beside the plan, the model that it began with
/// and the images. Numbers lie as the engine has them, so they fit no other model.
public struct TrainingState: Sendable, Equatable {
  /// The epoch that is done, from 1.
  public let epoch: Int
  /// What training adjusts, parameter by parameter.
  public let parameters: [[Float]]
  /// Adam's moving average of each one's gradients.
  public let means: [[Float]]
  /// Adam's moving average of their squares.
  public let variances: [[Float]]
  /// What the engine keeps beside: running statistics, and what its scales follow.
  public let kept: [[Float]]

  /// A state of the given parts; whether they fit a training, that training says.
  public init(epoch: Int, parameters: [[Float]], means: [[Float]], variances: [[Float]], kept: [[Float]]) {
    (self.epoch, self.parameters, self.means, self.variances) = (epoch, parameters, means, variances)
    self.kept = kept
  }

  /// Where an engine stands, and who moves it.
  init(epoch: Int, _ engine: some TrainableEngine, _ optimizer: Adam) {
    let moments = optimizer.moments
    self.init(
      epoch: epoch, parameters: engine.parameters.map { Array($0.values.buffer) }, means: moments.means,
      variances: moments.variances, kept: engine.kept)
  }

  /// Makes an engine and an optimizer that have run no batch what they were after the epoch.
  /// - Parameters:
  ///   - batches: those of an epoch.
  ///   - epochs: how many there are to be.
  /// - Throws: `TrainingStateError` when the state is of another training.
  func restore(_ engine: some TrainableEngine, _ optimizer: Adam, batches: Int, epochs: Int) throws(TrainingStateError)
  {
    guard (1...epochs).contains(epoch) else { throw .wrongEpoch(epoch, of: epochs) }
    let sizes = engine.parameters.map(\.values.count)
    for numbers in [parameters, means, variances] {
      let found = numbers.map(\.count)
      guard found == sizes else {
        throw .otherModel(expected: sizes.reduce(0, +), found: found.reduce(0, +))
      }
    }
    guard kept.count == engine.kept.count else {
      throw .otherModel(expected: engine.kept.count, found: kept.count)
    }
    for (parameter, values) in zip(engine.parameters, parameters) {
      _ = parameter.values.buffer.update(fromContentsOf: values)
    }
    engine.resume(after: epoch * batches, kept: kept)
    optimizer.resume(after: epoch * batches, moments: (means, variances))
  }
}

/// A state that is of another training.
public enum TrainingStateError: Error, Equatable, CustomStringConvertible {
  /// An epoch that this training does not have.
  case wrongEpoch(Int, of: Int)
  /// Numbers of another model: how many are expected, how many found.
  case otherModel(expected: Int, found: Int)

  /// One line: expected, found, what to do.
  public var description: String {
    switch self {
    case .wrongEpoch(let epoch, let epochs):
      "training state: expected an epoch of 1 to \(epochs), found \(epoch); remove it, and train anew"
    case .otherModel(let expected, let found):
      "training state: expected \(expected) numbers of this model, found \(found); remove it, and train anew"
    }
  }
}
