import Layers
import Networks
import Tensors

/// An engine that answers from a table: images are told apart by their first pixel.
package final class FixedEngine: InferenceEngine {
  package let network = Network(name: "Fixed", input: ImageShape(channels: 1, height: 1, width: 2), layers: [])
  package let capacity: Int
  private let scores: [[Float]]
  private var last: [[Float]] = []
  /// The sizes of the batches that came.
  package private(set) var batches: [Int] = []

  /// - Parameter scores: those of the image whose first pixel is 0, 1, ...
  package init(_ scores: [[Float]], capacity: Int) {
    (self.scores, self.capacity) = (scores, capacity)
  }

  package func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float] {
    batches.append(count)
    last = (0..<count).map { scores[Int((images[2 * $0] * 255).rounded())] }
    return last.flatMap { $0 }
  }

  package func values(of layer: String, count: Int) -> [Float] {
    last.prefix(count).flatMap { $0.map { layer == "b" ? -$0 : $0 } }
  }

  /// The images 0, 1, ... of `count`, all of class `label`.
  package static func images(_ labels: [UInt8]) -> ImageSet {
    ImageSet(shape: [1, 1, 2], pixels: labels.indices.flatMap { [UInt8($0), 0] }, labels: labels)
  }
}
