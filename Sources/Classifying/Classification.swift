import Layers
import Tensors

/// What a network says of every image of a set, and how often it is right.
public struct Classification: Sendable, Equatable {
  /// The class that each image was given.
  public let predicted: [Int]
  /// `confusion[actual][predicted]` images. A label is a byte: of more than 256 classes, those above the highest label
  /// have no row, only a column.
  public let confusion: [[Int]]
  /// Every image's likeliest classes, where they were kept.
  private let guesses: [[Guess]]

  /// The likeliest classes of an image, likeliest first; none where they were not kept.
  package func guesses(of image: Int) -> [Guess] { guesses.isEmpty ? [] : guesses[image] }

  /// The share of images classified correctly, 0 to 1; 0 for an empty set.
  public var accuracy: Double {
    predicted.isEmpty ? 0 : Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(predicted.count)
  }

  /// The predictions for images whose classes are known.
  /// - Precondition: one prediction for each label, both below `classes`.
  public init(predicted: [Int], labels: [UInt8], classes: Int) {
    self.init(predicted: predicted, labels: labels, classes: classes, guesses: [])
  }

  private init(predicted: [Int], labels: [UInt8], classes: Int, guesses: [[Guess]]) {
    precondition(predicted.count == labels.count, "one prediction for each label")
    let rows = classes <= Self.mostLabels ? classes : 1 + Int(labels.max() ?? 0)
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classes), count: rows)
    for (actual, guess) in zip(labels, predicted) { confusion[Int(actual)][guess] += 1 }
    self.predicted = predicted
    self.confusion = confusion
    self.guesses = guesses
  }

  /// Classes that labels can tell apart: a label is a byte.
  package static let mostLabels = 256

  /// Classifies a set of images with an engine, batch by batch: of an image no more is kept than its class, unless its
  /// guesses are asked for.
  /// - Parameters:
  ///   - keepingGuesses: whether `guesses(of:)` will be asked.
  ///   - progress: told after each batch how many images are done, and how many of them rightly.
  /// - Precondition: every label is below the network's outputs.
  public init(
    of images: ImageSet, by engine: some InferenceEngine, keepingGuesses: Bool = false,
    progress: (_ done: Int, _ right: Int) -> Void = { _, _ in }
  ) {
    var predicted: [Int] = []
    predicted.reserveCapacity(images.count)
    var kept: [[Guess]] = []
    var (classes, right) = (0, 0)
    for batch in ImageSet.batches(of: images.count, size: engine.capacity) {
      let logits = images.floats(batch).withUnsafeBufferPointer { engine.logits($0, count: batch.count) }
      classes = logits.count / batch.count
      for image in batch {
        let first = (image - batch.lowerBound) * classes
        let scores = logits[first..<first + classes]
        predicted.append(argmax(scores))
        right += predicted[image] == Int(images.labels[image]) ? 1 : 0
        if keepingGuesses { kept.append(Guess.top(of: scores)) }
      }
      progress(batch.upperBound, right)
    }
    self.init(predicted: predicted, labels: images.labels, classes: classes, guesses: kept)
  }

  /// The share of images to which both give the same class, right or wrong, 0 to 1; 1 for an empty set. Files and the
  /// catalog call it the agreement of both models.
  public func sameClassShare(with other: Classification) -> Double {
    guard !predicted.isEmpty else { return 1 }
    return Double(zip(predicted, other.predicted).count { $0 == $1 }) / Double(predicted.count)
  }
}
