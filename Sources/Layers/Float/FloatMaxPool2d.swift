import Kernels
import Networks

/// A float max-pool. Its gradient goes to the first pixel, row by row, that holds a window's maximum, as in PyTorch.
package final class FloatMaxPool2d: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute
  private let geometry: PoolGeometry

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

extension PoolGeometry {
  /// The geometry of a pool between two layouts.
  package init(_ pool: MaxPool2d, from input: ActivationLayout, to output: ActivationLayout) {
    self.init(
      channels: input.image.channels, outHeight: output.image.height, outWidth: output.image.width,
      kernel: pool.kernel, stride: pool.stride, inputRow: input.rowStride, outputRow: output.rowStride)
  }
}
