/// The size of one image, without the batch: channels, height, width.
public struct ImageShape: Sendable, Equatable, Hashable, Codable, CustomStringConvertible {
  /// Colours or feature maps.
  public var channels: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// An image of `channels` maps of `height` x `width`.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Values in one image.
  public var count: Int { channels * height * width }

  /// `16x28x28`.
  public var description: String { "\(channels)x\(height)x\(width)" }
}

/// What one value of a network is: an image, or, once flattened, a vector.
public struct ActivationShape: Sendable, Equatable, CustomStringConvertible {
  /// The image; a vector of n features that never was an image is n x 1 x 1.
  public var image: ImageShape
  /// Whether it counts as a vector now. Its image is kept: the order of features comes from it.
  public var isFlat: Bool

  /// An image, or the vector of its values.
  package init(image: ImageShape, isFlat: Bool) { (self.image, self.isFlat) = (image, isFlat) }

  /// `16x28x28`, or `6272 features`.
  public var description: String { isFlat ? "\(image.count) features" : "\(image)" }
}

extension ImageShape {
  /// For each position in our order (row, column, channel), the index in PyTorch's (channel, row, column).
  ///
  /// It serves images and convolution kernels alike: a kernel's weights for one output are a small image.
  package var pytorchOrder: [Int] {
    (0..<height).flatMap { y in
      (0..<width).flatMap { x in (0..<channels).map { ($0 * height + y) * width + x } }
    }
  }
}
