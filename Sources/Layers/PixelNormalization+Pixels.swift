import Networks

extension PixelNormalization? {
  /// Calls `body` with an image's values as the network's first layer sees them.
  ///
  /// The one place where pixels are normalized, so that every engine sees the same bits: `(x - mean) / std`, each
  /// operation rounded to f32, as torchvision has it.
  /// - Parameters:
  ///   - pixels: one image in PyTorch's order (channel, row, column); without a normalization, what `body` is given.
  ///   - shape: the image's size, which the normalization fits.
  @inline(__always)
  package func apply(to pixels: UnsafePointer<Float>, of shape: ImageShape, _ body: (UnsafePointer<Float>) -> Void) {
    guard let normalization = self else { return body(pixels) }
    let area = shape.height * shape.width
    withUnsafeTemporaryAllocation(of: Float.self, capacity: shape.count) { normalized in
      guard let target = normalized.baseAddress else { return }
      for channel in 0..<shape.channels {
        let (mean, std) = normalization[channel]
        for index in channel * area..<(channel + 1) * area { target[index] = (pixels[index] - mean) / std }
      }
      body(target)
    }
  }
}
