import Tables
import Tensors

/// What a model from elsewhere makes of test images.
///
/// Tensors fit many networks: strides, paddings, activations and pools leave no trace in them, nor does what was done to
/// the images in training. A network that says them wrongly runs, and guesses.
public struct ImportVerdict: Sendable, Equatable, CustomStringConvertible {
  private let accuracy: Double
  private let (images, classes): (Int, Int)
  private let dataset: String

  /// What was found on labelled images.
  /// - Parameter accuracy: the share of them that the model classified rightly, 0 to 1.
  public init(accuracy: Double, images: ImageSet, dataset: String) {
    (self.accuracy, self.dataset) = (accuracy, dataset)
    (self.images, classes) = (images.count, Set(images.labels).count)
  }

  /// `97.90 % of 10,000 test images of mnist classified rightly`.
  public var description: String {
    "\(share) of \(dataset) classified rightly"
  }

  /// What may be wrong, in a line, where less than twice as many images are right as by guessing; nil otherwise.
  public var warning: String? {
    guard classes > 1, accuracy < 2 / Double(classes) else { return nil }
    return
      "\(share) is hardly better than guessing among \(classes) classes; "
      + "are strides, paddings, activations and pools of network.yaml those of the model, and was it trained on pixel / 255?"
  }

  /// `97.90 % of 10,000 test images`.
  private var share: String { "\(Format.percent(accuracy)) of \(Format.integer(images)) test images" }
}
