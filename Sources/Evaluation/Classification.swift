import Layers
import Tensors

/// What a network says of every image of a set, and how often it is right.
public struct Classification: Sendable, Equatable {
  /// The class that each image was given.
  public let predicted: [UInt8]
  /// `confusion[actual][predicted]` images.
  public let confusion: [[Int]]
  /// Every image's scores, where they were kept: (images, classes).
  private let scores: [Float]

  /// The likeliest classes of an image, likeliest first; none where its scores were not kept.
  func guesses(of image: Int) -> [Guess] {
    let classes = predicted.isEmpty ? 0 : scores.count / predicted.count
    return Guess.top(of: scores[image * classes..<(image + 1) * classes])
  }

  /// The share of images classified correctly, 0 to 1; 0 for an empty set.
  public var accuracy: Double {
    predicted.isEmpty ? 0 : Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(predicted.count)
  }

  /// The predictions for images whose classes are known.
  /// - Precondition: one prediction for each label, both below `classes`.
  public init(predicted: [UInt8], labels: [UInt8], classes: Int) {
    self.init(predicted: predicted, labels: labels, classes: classes, scores: [])
  }

  private init(predicted: [UInt8], labels: [UInt8], classes: Int, scores: [Float]) {
    precondition(predicted.count == labels.count, "one prediction for each label")
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (actual, guess) in zip(labels, predicted) { confusion[Int(actual)][Int(guess)] += 1 }
    self.predicted = predicted
    self.confusion = confusion
    self.scores = scores
  }

  /// Classifies a set of images with an engine, batch by batch: of an image no more is kept than its class, unless its
  /// scores are asked for.
  /// - Parameters:
  ///   - keepingScores: whether `guesses(of:)` will be asked.
  ///   - progress: told after each batch how many images are done, and how many of them rightly.
  /// - Precondition: every label is below the network's outputs.
  public init(
    of images: ImageSet, by engine: some InferenceEngine, keepingScores: Bool = false,
    progress: (_ done: Int, _ right: Int) -> Void = { _, _ in }
  ) {
    var predicted: [UInt8] = []
    predicted.reserveCapacity(images.count)
    var kept: [Float] = []
    var (classes, right) = (0, 0)
    for batch in ImageSet.batches(of: images.count, size: engine.capacity) {
      let logits = images.floats(batch).withUnsafeBufferPointer { engine.logits($0, count: batch.count) }
      classes = logits.count / batch.count
      for image in batch {
        let first = (image - batch.lowerBound) * classes
        predicted.append(UInt8(argmax(logits[first..<first + classes])))
        right += predicted[image] == images.labels[image] ? 1 : 0
      }
      if keepingScores { kept += logits }
      progress(batch.upperBound, right)
    }
    self.init(predicted: predicted, labels: images.labels, classes: classes, scores: kept)
  }

  /// The share of images to which both give the same class, right or wrong.
  public func agreement(with other: Classification) -> Double {
    guard !predicted.isEmpty else { return 1 }
    return Double(zip(predicted, other.predicted).count { $0 == $1 }) / Double(predicted.count)
  }
}
