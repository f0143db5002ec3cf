import Kernels
import Networks

/// A float max-pool of plain windows. The gradient goes to the first maximum of each, row by row, as in PyTorch.
package final class FloatMaxPool2d: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let geometry: PoolGeometry
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute

  package init(_ pool: MaxPool2d, input: FloatValue, output: FloatValue, compute: Compute) {
    geometry = PoolGeometry(pool, from: input.values.layout, to: output.values.layout)
    self.input = input
    self.output = output
    self.compute = compute
  }

  package func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images {
      compute.kernels.maxPoolF32(geometry, x: input.values.origin(of: image), y: output.values.origin(of: image))
    }
  }

  package func backward(_ images: Range<Int>) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    guard let target = input.gradient else { return }
    for image in images {
      // Where windows do not overlap, their gradients are set, and what lies in no window stays zero.
      if geometry.kernel > geometry.stride {
        target.image(image).update(repeating: 0, count: target.layout.imageStride)
      }
      compute.kernels.maxPoolBackward(
        geometry, x: input.values.origin(of: image), y: output.values.origin(of: image),
        dy: source.origin(of: image), dx: target.origin(of: image))
    }
  }
}

/// A float max-pool of any windows: padded, rectangular, cut off at the end. Its values and gradients are those of
/// `FloatMaxPool2d`.
final class FloatPaddedMaxPool2d: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let windows: PoolWindows
  private let input: FloatValue
  private let output: FloatValue
  private let channels: Int

  init(_ pool: MaxPool2d, input: FloatValue, output: FloatValue) {
    windows = PoolWindows(pool.window, from: input.values.layout, to: output.values.layout)
    channels = input.values.layout.image.channels
    self.input = input
    self.output = output
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images {
      let (source, target) = (input.values.image(image), output.values.image(image))
      for place in windows.places {
        let best = target + place.output
        best.update(repeating: -.infinity, count: channels)
        windows.forEachPixel(of: place) { offset in
          let pixel = source + offset
          for channel in 0..<channels where pixel[channel] > best[channel] || pixel[channel].isNaN {
            best[channel] = pixel[channel]
          }
        }
      }
    }
  }

  func backward(_ images: Range<Int>) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    guard let target = input.gradient else { return }
    for image in images {
      let (x, dx) = (input.values.image(image), target.image(image))
      dx.update(repeating: 0, count: target.layout.imageStride)
      for place in windows.places {
        let (y, dy) = (output.values.image(image) + place.output, source.image(image) + place.output)
        let pixels = windows.pixels(of: place)
        for channel in 0..<channels {
          let hit = pixels.first { x[$0 + channel] == y[channel] || x[$0 + channel].isNaN } ?? pixels[0]
          dx[hit + channel] += dy[channel]
        }
      }
    }
  }
}

extension PoolGeometry {
  /// The geometry of a pool of plain windows between two layouts.
  package init(_ pool: MaxPool2d, from input: ActivationLayout, to output: ActivationLayout) {
    precondition(pool.window.isPlain, "a pool of plain windows")
    self.init(
      channels: input.image.channels, outHeight: output.image.height, outWidth: output.image.width,
      kernel: pool.kernel.height, stride: pool.stride.height, inputRow: input.rowStride, outputRow: output.rowStride)
  }
}
