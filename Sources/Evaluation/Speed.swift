import Layers
import Tensors

/// How many images per second two engines classify, measured in turn.
public struct Speed: Sendable, Equatable {
  /// Images per second of the first engine: the median of its passes.
  public let first: Double
  /// Images per second of the second engine.
  public let second: Double
  /// Images in a batch.
  public let batch: Int
  /// Timed passes of each.
  public let passes: Int

  /// Times both engines on the same images, one pass of one after one pass of the other, so that whatever else the
  /// machine does falls on both; one pass of each goes before, untimed.
  ///
  /// The images are already floats: the figure is that of the engines, quantizing and dequantizing included.
  /// - Precondition: `images` is not empty, `passes` is odd and positive.
  public init(of first: some InferenceEngine, and second: some InferenceEngine, on images: ImageSet, passes: Int) {
    precondition(images.count > 0 && passes > 0 && passes % 2 == 1, "a median needs an odd number of passes")
    batch = min(first.capacity, second.capacity, images.count)
    self.passes = passes
    let batches = ImageSet.batches(of: images.count, size: batch).map { (images.floats($0), $0.count) }
    let clock = ContinuousClock()
    func pass(_ engine: some InferenceEngine) -> Double {
      let time = clock.measure {
        for (pixels, count) in batches { _ = pixels.withUnsafeBufferPointer { engine.logits($0, count: count) } }
      }
      return Double(images.count) / (time / .seconds(1))
    }
    _ = (pass(first), pass(second))
    var rates: (first: [Double], second: [Double]) = ([], [])
    for _ in 0..<passes {
      rates.first.append(pass(first))
      rates.second.append(pass(second))
    }
    self.first = rates.first.sorted()[passes / 2]
    self.second = rates.second.sorted()[passes / 2]
  }
}
