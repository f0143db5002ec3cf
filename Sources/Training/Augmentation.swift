import Networks
import Tensors

/// How training images are varied, so that a network does not learn where in the picture a thing stood: a random shift,
/// and a random reflection.
///
/// What becomes of an image hangs on the seed, the epoch and the image's place in the training set, and on nothing else:
/// not on threads, nor on the batch that it is in.
public struct Augmentation: Sendable, Equatable, Codable {
  /// The most pixels by which an image moves, up or down and left or right: each of the `2 * shift + 1` steps is as
  /// likely. Zeros move in, the pixels' black.
  public var shift: Int
  /// Whether every other image, at random, is reflected left to right.
  public var flip: Bool

  /// An augmentation of the given parts.
  public init(shift: Int = 0, flip: Bool = false) {
    self.shift = shift
    self.flip = flip
  }

  /// Decodes an augmentation; absent keys do nothing.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      shift: try keys.decodeIfPresent(Int.self, forKey: .shift) ?? 0,
      flip: try keys.decodeIfPresent(Bool.self, forKey: .flip) ?? false)
  }

  /// Checks the shift against the size of the images: something of each must stay.
  /// - Throws: `TrainingError.badPlan`, naming the key.
  func check(for input: ImageShape) throws(TrainingError) {
    let side = min(input.height, input.width)
    guard (0..<side).contains(shift) else {
      throw .badPlan("augment.shift", "0 to \(side - 1), less than the images' side", "\(shift)")
    }
  }

  /// What an epoch draws from.
  ///
  /// Streams from 0 on draw weights and dropouts, those from the far end shuffles; these begin in the middle.
  package static func draws(seed: UInt64, epoch: Int) -> UInt64 {
    var generator = SeededGenerator(seed: seed, stream: UInt64.max / 2 - UInt64(epoch))
    return generator.next()
  }

  /// Varies the images of a batch.
  /// - Parameters:
  ///   - images: (count, channels, height, width), in PyTorch's order.
  ///   - shape: channels, height and width of one.
  ///   - indices: the place of each in the training set.
  ///   - draws: what `draws(seed:epoch:)` says.
  package func apply(to images: [Float], of shape: Shape, at indices: ArraySlice<Int>, draws: UInt64) -> [Float] {
    let (height, width) = (shape[1], shape[2])
    var varied = [Float](repeating: 0, count: images.count)
    for (place, index) in indices.enumerated() {
      var generator = SeededGenerator(seed: draws, stream: UInt64(index))
      let (down, right) = (generator.below(2 * shift + 1) - shift, generator.below(2 * shift + 1) - shift)
      let isFlipped = flip && generator.below(2) == 1
      let columns = max(right, 0)..<min(width + right, width)
      for row in max(down, 0)..<min(height + down, height) {
        for channel in 0..<shape[0] {
          let plane = (place * shape[0] + channel) * height
          let (target, source) = ((plane + row) * width, (plane + row - down) * width)
          for column in columns {
            let x = column - right
            varied[target + column] = images[source + (isFlipped ? width - 1 - x : x)]
          }
        }
      }
    }
    return varied
  }
}
