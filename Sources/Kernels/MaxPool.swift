internal import CKernels

/// A max-pool over one NHWC image: kernel x kernel windows, `stride` apart, without padding of its own.
///
/// Pixel (y, x) of the input lies at `y * inputRow + x * channels`, of the output at `y * outputRow + x * channels`,
/// so either may be the inside of a bordered buffer.
public struct PoolGeometry: Sendable, Equatable {
  /// Channels of a pixel.
  public let channels: Int
  /// Rows of the output.
  public let outHeight: Int
  /// Columns of the output.
  public let outWidth: Int
  /// Side of a window.
  public let kernel: Int
  /// Pixels from one window to the next, in both directions.
  public let stride: Int
  /// Elements from one row of the input to the next.
  public let inputRow: Int
  /// Elements from one row of the output to the next.
  public let outputRow: Int

  /// A pool.
  /// - Precondition: sizes are not negative, a window holds a pixel and rows hold their windows.
  public init(
    channels: Int, outHeight: Int, outWidth: Int, kernel: Int, stride: Int, inputRow: Int, outputRow: Int
  ) {
    precondition(channels >= 0 && outHeight >= 0 && outWidth >= 0, "PoolGeometry: a size is negative")
    precondition(kernel >= 1 && stride >= 1, "PoolGeometry: kernel \(kernel), stride \(stride): not positive")
    if outWidth > 0 {
      let inWidth = (outWidth - 1) * stride + kernel
      precondition(inputRow >= inWidth * channels, "PoolGeometry: windows overlap the next row of the input")
      precondition(outputRow >= outWidth * channels, "PoolGeometry: rows of the output overlap")
    }
    self.channels = channels
    self.outHeight = outHeight
    self.outWidth = outWidth
    self.kernel = kernel
    self.stride = stride
    self.inputRow = inputRow
    self.outputRow = outputRow
  }

  var arguments: octavo_pool {
    octavo_pool(
      channels: channels, out_height: outHeight, out_width: outWidth, kernel: kernel, stride: stride,
      x_row: inputRow, y_row: outputRow)
  }
}

extension Kernels {
  /// y = the largest value of each window of x, per channel; NaN when the window holds one, as in PyTorch. Of two
  /// equal values the first, row by row, gives its bits (-0 or +0).
  public func maxPoolF32(_ geometry: PoolGeometry, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>) {
    var arguments = geometry.arguments
    table.pointee.max_pool_f32(&arguments, x, y)
  }

  /// The place of each window's maximum within it, `dy * kernel + dx` of the first that holds it: what the gradient needs
  /// in place of x. Element (row, column, channel) of the output has its own at `(row * outWidth + column) * channels +
  /// channel`.
  /// - Parameter y: what `maxPoolF32` made of x.
  /// - Precondition: windows have at most 256 places.
  public func maxPoolIndex(
    _ geometry: PoolGeometry, x: UnsafePointer<Float>, y: UnsafePointer<Float>, index: UnsafeMutablePointer<UInt8>
  ) {
    precondition(geometry.kernel <= 16, "maxPoolIndex: windows of \(geometry.kernel) x \(geometry.kernel) places")
    var arguments = geometry.arguments
    table.pointee.max_pool_index_f32(&arguments, x, y, index)
  }

  /// What `maxPoolBackward` does where windows do not overlap, from `maxPoolIndex`'s places in place of x.
  /// - Parameter relu: whether x was rectified: dy then counts as 0 where y is not positive, as `reluBackward` would have
  ///   it.
  public func maxUnpool(
    _ geometry: PoolGeometry, index: UnsafePointer<UInt8>, y: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>, relu: Bool
  ) {
    precondition(geometry.kernel <= geometry.stride, "maxUnpool: windows overlap")
    var arguments = geometry.arguments
    table.pointee.max_unpool_f32(&arguments, relu, index, y, dy, dx)
  }

  /// y = the largest value of each window of x, per channel. A pool keeps its input's quantization parameters.
  public func maxPoolU8(_ geometry: PoolGeometry, x: UnsafePointer<UInt8>, y: UnsafeMutablePointer<UInt8>) {
    var arguments = geometry.arguments
    table.pointee.max_pool_u8(&arguments, x, y)
  }

  /// y = the largest sum of each window of x, per channel: requantization keeps the order of a channel's sums, so that
  /// the pool of what it makes is what it makes of the pool.
  public func maxPoolS32(_ geometry: PoolGeometry, x: UnsafePointer<Int32>, y: UnsafeMutablePointer<Int32>) {
    var arguments = geometry.arguments
    table.pointee.max_pool_s32(&arguments, x, y)
  }

  /// dx += dy at the first position, row by row, of each window that holds the window's maximum; windows in row by
  /// row order too. The caller clears dx first, unless windows do not overlap (`kernel <= stride`): then dx is set, to 0
  /// at a window's other positions.
  /// - Parameters:
  ///   - x: the input of the forward pass, laid out as dx.
  ///   - y: its output, laid out as dy.
  public func maxPoolBackward(
    _ geometry: PoolGeometry, x: UnsafePointer<Float>, y: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>
  ) {
    var arguments = geometry.arguments
    table.pointee.max_pool_backward_f32(&arguments, x, y, dy, dx)
  }
}
