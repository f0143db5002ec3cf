import Kernels
import Layers
import Networks

/// An average pool of integers: their exact sum over their number, rounded half to even, under the same scale and zero
/// point, as in PyTorch's engines. The mean of what integers stand for is what their mean stands for. Padding that counts
/// adds zero points.
struct QuantizedAveragePool2d: QuantizedStep {
  private let input: Activation<UInt8>
  private let output: Activation<UInt8>
  private let windows: PoolWindows
  private let zeroPoint: Int

  /// - Parameter zeroPoint: as stored.
  init(_ pool: AveragePool2d, zeroPoint: Int, input: Activation<UInt8>, output: Activation<UInt8>) {
    windows = PoolWindows(
      pool.window(over: input.layout.image), countsPadding: pool.countIncludePad, from: input.layout,
      to: output.layout)
    self.zeroPoint = zeroPoint
    self.input = input
    self.output = output
  }

  func forward(_ images: Range<Int>) {
    let channels = input.layout.image.channels
    withScratch(Int.self, count: channels) { sums in
      for image in images {
        let (source, target) = (input.image(image), output.image(image))
        for place in windows.places {
          sums.update(repeating: place.padded * zeroPoint, count: channels)
          windows.forEachPixel(of: place) { offset in
            let pixel = source + offset
            for channel in 0..<channels { sums[channel] += Int(pixel[channel]) }
          }
          let mean = target + place.output
          for channel in 0..<channels { mean[channel] = Self.mean(sums[channel], of: place.counted) }
        }
      }
    }
  }

  /// A sum of `count` bytes over their number, half to even. Signed integers are stored 128 higher, an even distance: ties
  /// fall as they would without it.
  private static func mean(_ sum: Int, of count: Int) -> UInt8 {
    let (quotient, rest) = sum.quotientAndRemainder(dividingBy: count)
    let isUp = 2 * rest > count || (2 * rest == count && !quotient.isMultiple(of: 2))
    return UInt8(isUp ? quotient + 1 : quotient)
  }
}
