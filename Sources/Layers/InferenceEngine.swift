/// What evaluates a network on batches, in floats or in integers.
public protocol InferenceEngine: AnyObject {
  /// The network that runs.
  var network: Network { get }
  /// The most images of a batch.
  var capacity: Int { get }
  /// The scores of the last layer for images in PyTorch's order: (count, classes), row-major.
  func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float]
  /// The real values that left a layer in the last call, in PyTorch's order.
  func values(of layer: String, count: Int) -> [Float]
}

extension FloatEngine: InferenceEngine {}

extension QuantizedEngine: InferenceEngine {
  /// The model's network.
  public var network: Network { model.network }
}

/// The index of the largest score, the first of equals.
public func argmax<Scores: RandomAccessCollection<Float>>(_ scores: Scores) -> Int {
  var best = scores.startIndex
  for index in scores.indices where scores[index] > scores[best] { best = index }
  return scores.distance(from: scores.startIndex, to: best)
}
