import Kernels

/// What training moves: an engine that leaves the loss's gradient in its parameters.
public protocol TrainableEngine: AnyObject {
  /// What training adjusts, in a fixed order.
  var parameters: [Parameter] { get }

  /// What training batches leave beside the parameters, in a fixed order: running statistics, scales that were chosen.
  /// With the parameters it is all that the next batch needs.
  var kept: [[Float]] { get }

  /// Makes an engine that has run no batch what it would be after so many training batches, but for its parameters.
  /// - Parameter kept: what such an engine of the same model kept.
  func resume(after batches: Int, kept: [[Float]])

  /// One forward and backward pass: the loss's gradient is left in every `Parameter`.
  /// - Parameters:
  ///   - images: `count` images in PyTorch's order.
  ///   - labels: the class of each.
  /// - Returns: the sum of the images' cross-entropy, and how many are classified correctly. The gradients are those
  ///   of the mean.
  func train(
    _ images: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<UInt8>, count: Int
  ) -> (loss: Double, correct: Int)
}

extension Compute {
  /// The sum of the cross-entropy of `count` rows of scores, and how many have the right class on top; the gradient of
  /// the mean is left in the node's.
  package func loss(
    of scores: FloatValue, labels: UnsafeBufferPointer<UInt8>, count: Int
  ) -> (loss: Double, correct: Int) {
    guard let gradient = scores.gradient, let target = labels.baseAddress else {
      preconditionFailure("training needs labels, and an engine made for it")
    }
    let classes = scores.values.layout.image.count
    let logits = scores.values.image(0)
    let loss = kernels.crossEntropy(
      rows: count, classes: classes, logits: logits, labels: target, gradientScale: 1 / Float(count),
      gradient: gradient.image(0))
    let correct = (0..<count).count {
      argmax(UnsafeBufferPointer(start: logits + $0 * classes, count: classes)) == Int(target[$0])
    }
    return (loss, correct)
  }
}
