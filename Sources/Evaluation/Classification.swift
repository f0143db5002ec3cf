import Layers
import Tensors

/// What a network says of every image of a set, and how often it is right.
public struct Classification: Sendable, Equatable {
  /// The class that each image was given.
  public let predicted: [UInt8]
  /// `confusion[actual][predicted]` images.
  public let confusion: [[Int]]
  /// For every image the likeliest classes, as many of each; empty where only predictions are known.
  private let guesses: [Guess]

  /// The likeliest classes of an image, likeliest first; none where only its prediction is known.
  func guesses(of image: Int) -> [Guess] {
    let count = predicted.isEmpty ? 0 : guesses.count / predicted.count
    return Array(guesses[image * count..<(image + 1) * count])
  }

  /// The share of images classified correctly, 0 to 1; 0 for an empty set.
  public var accuracy: Double {
    predicted.isEmpty ? 0 : Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(predicted.count)
  }

  /// The predictions for images whose classes are known.
  /// - Precondition: one prediction for each label, both below `classes`.
  public init(predicted: [UInt8], labels: [UInt8], classes: Int) {
    self.init(predicted: predicted, labels: labels, classes: classes, guesses: [])
  }

  private init(predicted: [UInt8], labels: [UInt8], classes: Int, guesses: [Guess]) {
    precondition(predicted.count == labels.count, "one prediction for each label")
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (actual, guess) in zip(labels, predicted) { confusion[Int(actual)][Int(guess)] += 1 }
    self.predicted = predicted
    self.confusion = confusion
    self.guesses = guesses
  }

  /// Classifies a set of images with an engine, batch by batch: of an image no more is kept than what it was taken for.
  /// - Parameter progress: told after each batch how many images are done, and how many of them rightly.
  /// - Precondition: every label is below the network's outputs.
  public init(
    of images: ImageSet, by engine: some InferenceEngine, progress: (_ done: Int, _ right: Int) -> Void = { _, _ in }
  ) {
    var predicted: [UInt8] = []
    predicted.reserveCapacity(images.count)
    var guesses: [Guess] = []
    var (classes, right) = (0, 0)
    for batch in ImageSet.batches(of: images.count, size: engine.capacity) {
      let logits = images.floats(batch).withUnsafeBufferPointer { engine.logits($0, count: batch.count) }
      classes = logits.count / batch.count
      for image in batch {
        let first = (image - batch.lowerBound) * classes
        let scores = logits[first..<first + classes]
        predicted.append(UInt8(argmax(scores)))
        right += predicted[image] == images.labels[image] ? 1 : 0
        guesses += Guess.top(of: scores)
      }
      progress(batch.upperBound, right)
    }
    self.init(predicted: predicted, labels: images.labels, classes: classes, guesses: guesses)
  }

  /// The share of images to which both give the same class, right or wrong.
  public func agreement(with other: Classification) -> Double {
    guard !predicted.isEmpty else { return 1 }
    return Double(zip(predicted, other.predicted).count { $0 == $1 }) / Double(predicted.count)
  }
}
