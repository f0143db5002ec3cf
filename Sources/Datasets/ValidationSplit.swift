import Tensors

/// Which training images are held out, to choose by: a search asks them, never the test images.
public struct ValidationSplit: Sendable, Equatable {
  /// How many.
  public let images: Int
  /// Draws them; nil: they are the last ones.
  public let seed: UInt64?

  /// So many images, the last ones, or drawn by a seed.
  /// - Precondition: at least one.
  public init(images: Int, seed: UInt64? = nil) {
    self.images = images
    self.seed = seed
  }

  /// The images of both splits, by their index among `count` training images, ascending.
  /// - Precondition: fewer are held out than there are.
  func indices(of count: Int) -> (train: [Int], validation: [Int]) {
    precondition(images < count, "\(images) of \(count) images are held out")
    guard let seed else { return (Array(0..<count - images), Array(count - images..<count)) }
    var draws = SeededGenerator(seed: seed)
    let order = draws.permutation(count)
    return (order[images...].sorted(), order[..<images].sorted())
  }
}

/// The splits of a data set, by name.
public enum DatasetSplit: String, Sendable, CaseIterable {
  /// The training images that are not held out.
  case train
  /// What scales are chosen from: the same images, never others.
  case calibration
  /// The training images that are held out.
  case validation
  /// The test images.
  case test
}

/// The splits that whatever chooses a number of a model may read: every one but the test split.
public enum TrainingSplit: String, Sendable, CaseIterable {
  /// As `DatasetSplit.train`.
  case train
  /// As `DatasetSplit.calibration`.
  case calibration
  /// As `DatasetSplit.validation`.
  case validation
}

/// A split that cannot be had.
public enum SplitError: Error, Equatable, CustomStringConvertible {
  /// Nothing is held out.
  case noValidation
  /// More images are held out than there are to train on, or all of them.
  case tooLarge(validation: Int, training: Int)

  /// One line: what was expected, what was found, what to do.
  public var description: String {
    switch self {
    case .noValidation: "expected a validation split, found none; hold images out with VALIDATION=5000"
    case .tooLarge(let validation, let training):
      "validation split: expected fewer images than the \(training) to train on, found \(validation)"
    }
  }
}
