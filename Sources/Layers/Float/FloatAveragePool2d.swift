import Networks

/// A float average pool: a window's values are added in f32, row by row, and the sum is divided by their number. Each
/// takes an equal part of the gradient.
package final class FloatAveragePool2d: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let input: FloatValue
  private let output: FloatValue
  private let windows: PoolWindows
  private let channels: Int

  package init(_ pool: AveragePool2d, input: FloatValue, output: FloatValue) {
    let layout = input.values.layout
    windows = PoolWindows(
      pool.window(over: layout.image), countsPadding: pool.countIncludePad, from: layout, to: output.values.layout)
    channels = layout.image.channels
    self.input = input
    self.output = output
  }

  package func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images {
      let (source, target) = (input.values.image(image), output.values.image(image))
      for place in windows.places {
        let sums = target + place.output
        var isFirst = true
        windows.forEachPixel(of: place) { offset in
          let pixel = source + offset
          if isFirst {
            sums.update(from: pixel, count: channels)
            isFirst = false
          } else {
            for channel in 0..<channels { sums[channel] += pixel[channel] }
          }
        }
        let count = Float(place.counted)
        for channel in 0..<channels { sums[channel] /= count }
      }
    }
  }

  package func backward(_ images: Range<Int>) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    guard let target = input.gradient else { return }
    for image in images {
      target.image(image).update(repeating: 0, count: target.layout.imageStride)
      for place in windows.places {
        let (dy, count) = (source.image(image) + place.output, Float(place.counted))
        windows.forEachPixel(of: place) { offset in
          let dx = target.image(image) + offset
          for channel in 0..<channels { dx[channel] += dy[channel] / count }
        }
      }
    }
  }
}
