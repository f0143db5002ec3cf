import Kernels
import Networks
import Tensors

/// What evaluates a network on batches, in floats or in integers.
public protocol InferenceEngine: AnyObject {
  /// The network that runs.
  var network: Network { get }
  /// The most images of a batch.
  var capacity: Int { get }
  /// The scores of the last layer for images in PyTorch's order, pixel / 255: (count, classes), row-major. What the
  /// network normalizes, the engine normalizes.
  func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float]
  /// The real values that left a layer in the last call, in PyTorch's order.
  func values(of layer: String, count: Int) -> [Float]
}

extension FloatEngine: InferenceEngine {}

extension FloatModel {
  /// The scores of some images: (count, classes), row-major.
  /// - Throws: `NetworkError` when the network's layers do not fit each other.
  public func scores(of images: ImageSet, compute: Compute) throws(NetworkError) -> [Float] {
    guard images.count > 0 else { return [] }
    let engine = try FloatEngine(self, capacity: images.count, compute: compute)
    return images.floats(0..<images.count).withUnsafeBufferPointer { engine.logits($0, count: images.count) }
  }
}

/// The index of the largest score, the first of equals.
public func argmax<Scores: RandomAccessCollection<Float>>(_ scores: Scores) -> Int {
  var best = scores.startIndex
  for index in scores.indices where scores[index] > scores[best] { best = index }
  return scores.distance(from: scores.startIndex, to: best)
}
