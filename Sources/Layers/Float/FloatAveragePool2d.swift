import Networks

/// The windows of an average pool between two layouts.
package struct PoolWindows: Sendable {
  /// A window's rows and columns.
  package let height: Int
  package let width: Int
  private let stride: Int
  private let input: ActivationLayout
  private let output: ActivationLayout

  package init(_ pool: AveragePool2d, from input: ActivationLayout, to output: ActivationLayout) {
    height = pool.kernel ?? input.image.height
    width = pool.kernel ?? input.image.width
    stride = pool.stride ?? 1
    self.input = input
    self.output = output
  }

  /// Pixels of a window.
  package var count: Int { height * width }

  /// Calls `body` with the place of each output pixel and that of its window's first pixel, row by row.
  package func forEach(_ body: (_ output: Int, _ window: Int) -> Void) {
    for y in 0..<output.image.height {
      for x in 0..<output.image.width {
        body(output.offset(y: y, x: x), input.offset(y: y * stride, x: x * stride))
      }
    }
  }

  /// The places of a window's pixels, counted from its first, row by row.
  package var pixels: [Int] {
    (0..<height).flatMap { y in (0..<width).map { x in y * input.rowStride + x * input.image.channels } }
  }
}

/// A float average pool: a window's values are added in f32, row by row, and the sum is divided by their number. Each
/// takes an equal part of the gradient.
package final class FloatAveragePool2d: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let input: FloatValue
  private let output: FloatValue
  private let windows: PoolWindows
  private let pixels: [Int]
  private let channels: Int

  package init(_ pool: AveragePool2d, input: FloatValue, output: FloatValue) {
    windows = PoolWindows(pool, from: input.values.layout, to: output.values.layout)
    pixels = windows.pixels
    channels = input.values.layout.image.channels
    self.input = input
    self.output = output
  }

  package func forward(_ images: Range<Int>, mode: FloatMode) {
    let count = Float(windows.count)
    for image in images {
      let (source, target) = (input.values.image(image), output.values.image(image))
      windows.forEach { place, first in
        let (sums, window) = (target + place, source + first)
        sums.update(from: window, count: channels)
        for pixel in pixels.dropFirst() {
          for channel in 0..<channels { sums[channel] += window[pixel + channel] }
        }
        for channel in 0..<channels { sums[channel] /= count }
      }
    }
  }

  package func backward(_ images: Range<Int>) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    guard let target = input.gradient else { return }
    let count = Float(windows.count)
    for image in images {
      let (dy, dx) = (source.image(image), target.image(image))
      dx.update(repeating: 0, count: target.layout.imageStride)
      windows.forEach { place, first in
        for pixel in pixels {
          for channel in 0..<channels { dx[first + pixel + channel] += dy[place + channel] / count }
        }
      }
    }
  }
}
