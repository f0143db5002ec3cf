import Kernels
import Layers
import Tensors

/// What a model says of one picture.
public struct Prediction: Sendable, Equatable {
  /// The scores: what leaves the network's last layer, a softmax left out.
  public let scores: [Float]
  /// The softmax of the scores, class by class, in doubles: the same bits on every machine. NaN where a score is NaN, or
  /// the largest infinite.
  public let probabilities: [Double]

  /// What some scores say.
  /// - Precondition: there is one at least.
  public init(scores: [Float]) {
    guard let largest = scores.max() else { preconditionFailure("a network has a class at least") }
    let shares = scores.map { exponential(min(Double($0) - Double(largest), 0)) }
    let total = shares.reduce(0, +)
    self.scores = scores
    probabilities = shares.map { $0 / total }
  }

  /// The likeliest class, the first of equals.
  public var label: Int { argmax(scores) }

  /// The likeliest classes, likeliest first; of equals the lower class first.
  func top(_ count: Int) -> [Int] {
    Array(scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(count))
  }
}

/// What one model, or two, say of pictures.
public struct Predictions: Sendable {
  /// The models.
  public let models: [AskedModel]
  /// The pictures.
  public let pictures: [AskedPicture]
  /// What each model says of each picture. // (models, pictures)
  public let said: [[Prediction]]

  /// Images in a batch.
  private static let batch = 64

  /// Asks every model of every picture.
  /// - Throws: `ConfigError` naming a file that does not fit.
  /// - Precondition: there is a model at least, and a picture.
  public init(of pictures: [AskedPicture], by models: [AskedModel], compute: Compute) throws {
    precondition(!pictures.isEmpty && !models.isEmpty, "somebody is asked something")
    (self.models, self.pictures) = (models, pictures)
    said = try models.map { model in
      let images = try ImageSet(pictures, for: model.network.input)
      let engine = try model.engine(capacity: min(Self.batch, images.count), compute: compute)
      return ImageSet.batches(of: images.count, size: engine.capacity).flatMap { batch in
        let scores = images.floats(batch).withUnsafeBufferPointer { engine.logits($0, count: batch.count) }
        let classes = scores.count / batch.count
        return batch.indices.map { index in
          let first = (index - batch.lowerBound) * classes
          return Prediction(scores: Array(scores[first..<first + classes]))
        }
      }
    }
  }

  /// Pictures to which all models give the same class.
  public var agreeing: Int { pictures.indices.count { agree(on: $0) } }

  /// Whether all models give a picture the same class.
  func agree(on picture: Int) -> Bool { said.allSatisfy { $0[picture].label == said[0][picture].label } }
}
