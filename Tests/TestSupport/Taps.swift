import Networks

/// What a window sees of an image, by the definition of a sliding window.
package struct Taps {
  private let kernel: Pair
  private let stride: Pair
  private let padding: Padding
  private let dilation: Pair

  package init(_ conv: Conv2d) {
    (kernel, stride, padding, dilation) = (conv.kernel, conv.stride, conv.padding, conv.dilation)
  }

  package init(_ pool: MaxPool2d) {
    (kernel, stride, padding, dilation) = (pool.kernel, pool.stride, pool.padding, 1)
  }

  package init(_ pool: AveragePool2d, over image: ImageShape) {
    kernel = pool.kernel ?? Pair(image.height, image.width)
    (stride, padding, dilation) = (pool.stride ?? 1, pool.padding, 1)
  }

  /// The pixels that the window of an output sees, with their places in the kernel; those of the padding are left out.
  package func seen(_ y: Int, _ x: Int, of image: ImageShape) -> [(row: Int, column: Int, tap: Int)] {
    var seen: [(row: Int, column: Int, tap: Int)] = []
    for ky in 0..<kernel.height {
      for kx in 0..<kernel.width {
        let row = y * stride.height + ky * dilation.height - padding.top
        let column = x * stride.width + kx * dilation.width - padding.left
        if row >= 0 && row < image.height && column >= 0 && column < image.width {
          seen.append((row, column, ky * kernel.width + kx))
        }
      }
    }
    return seen
  }

  /// Pixels of the window of an output, those of the padding too, but none beyond it.
  package func counted(_ y: Int, _ x: Int, of image: ImageShape) -> Int {
    (0..<kernel.height * kernel.width).count { tap in
      y * stride.height + tap / kernel.width < image.height + padding.top + padding.bottom
        && x * stride.width + tap % kernel.width < image.width + padding.left + padding.right
    }
  }
}
