import Kernels
import Layers
import Networks

/// An average pool of integers: their exact sum over their number, rounded half to even, under the same scale and zero
/// point, as in PyTorch's engines. The mean of what integers stand for is what their mean stands for.
struct QuantizedAveragePool2d: QuantizedStep {
  private let input: Activation<UInt8>
  private let output: Activation<UInt8>
  private let windows: PoolWindows
  private let pixels: [Int]

  init(_ pool: AveragePool2d, input: Activation<UInt8>, output: Activation<UInt8>) {
    windows = PoolWindows(pool, from: input.layout, to: output.layout)
    pixels = windows.pixels
    self.input = input
    self.output = output
  }

  func forward(_ images: Range<Int>) {
    let (channels, count) = (input.layout.image.channels, windows.count)
    withScratch(Int.self, count: channels) { sums in
      for image in images {
        let (source, target) = (input.image(image), output.image(image))
        windows.forEach { place, first in
          sums.update(repeating: 0, count: channels)
          for pixel in pixels {
            for channel in 0..<channels { sums[channel] += Int(source[first + pixel + channel]) }
          }
          for channel in 0..<channels { target[place + channel] = Self.mean(sums[channel], of: count) }
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
