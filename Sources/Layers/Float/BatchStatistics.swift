import Kernels

/// The mean and the variance of each channel over a batch's images and pixels.
package struct BatchStatistics {
  /// In the activation's own units.
  package let mean: [Double]
  /// The biased variance, by which a batch is normalized.
  package let variance: [Double]
  /// The unbiased variance, which running statistics follow.
  package let unbiasedVariance: [Double]

  /// Takes the statistics of the first `count` images, in two passes.
  package init(of activation: Activation<Float>, count: Int, _ sums: ChannelSums) {
    let population = Double(activation.population(count: count))
    let total = sums.add(activation, count: count) { _, value, into in into.x += Double(value) }
    let mean = total.map { $0.x / population }
    let squares = sums.add(activation, count: count) { channel, value, into in
      let distance = Double(value) - mean[channel]
      into.x += distance * distance
    }
    self.mean = mean
    variance = squares.map { $0.x / population }
    unbiasedVariance = squares.map { $0.x / max(population - 1, 1) }
  }
}

/// Adds up values per channel in double: each image's pixels in order, images in parallel, then images in order. Results
/// do not depend on threads.
package final class ChannelSums: @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let channels: Int
  private let compute: Compute
  /// Two sums per image and channel.
  private let parts: AlignedBuffer<SIMD2<Double>>

  /// Room for two sums per channel of `capacity` images.
  package init(channels: Int, capacity: Int, compute: Compute) {
    self.channels = channels
    self.compute = compute
    parts = AlignedBuffer(count: channels * capacity)
  }

  /// Two sums per channel: what `body` adds for each value of the first `count` images.
  package func add(
    _ activation: Activation<Float>, count: Int,
    _ body: @Sendable (_ channel: Int, _ value: Float, _ into: inout SIMD2<Double>) -> Void
  ) -> [SIMD2<Double>] {
    add(activation, activation, count: count) { channel, value, _, into in body(channel, value, &into) }
  }

  /// Two sums per channel: what `body` adds for each value and the value of another activation at the same place.
  @inline(__always)
  package func add(
    _ activation: Activation<Float>, _ other: Activation<Float>, count: Int,
    _ body: @Sendable (_ channel: Int, _ value: Float, _ other: Float, _ into: inout SIMD2<Double>) -> Void
  ) -> [SIMD2<Double>] {
    let channels = channels
    compute.pool.forEach(count) { [self] image in
      let into = parts.pointer + image * channels
      into.update(repeating: .zero, count: channels)
      activation.forEachRow(of: image) { y, row, rowCount in
        let otherRow = other.row(y, of: image)
        for pixel in stride(from: 0, to: rowCount, by: channels) {
          for channel in 0..<channels { body(channel, row[pixel + channel], otherRow[pixel + channel], &into[channel]) }
        }
      }
    }
    return (0..<channels).map { channel in
      (0..<count).reduce(.zero) { $0 + parts.pointer[$1 * channels + channel] }
    }
  }
}

extension Activation {
  /// Values of one channel in the first `count` images.
  package func population(count: Int) -> Int { count * layout.image.height * layout.image.width }
}
