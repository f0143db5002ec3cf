import Kernels
import Layers
import Networks
import Quantization

/// An average pool of integers: their exact mean, rounded half to even by the profile's rule, under the same scale and
/// zero point. Padding that counts adds zero points.
struct QuantizedAveragePool2d: QuantizedStep {
  private let input: Activation<UInt8>
  private let output: Activation<UInt8>
  private let windows: PoolWindows
  private let zeroPoint: Int
  private let origin: Int

  /// - Parameter zeroPoint: as stored.
  init(
    _ pool: AveragePool2d, zeroPoint: Int32, rule: AverageRule, input: Activation<UInt8>, output: Activation<UInt8>
  ) {
    windows = PoolWindows(
      pool.window(over: input.layout.image), countsPadding: pool.countIncludePad, from: input.layout,
      to: output.layout)
    self.zeroPoint = Int(zeroPoint)
    origin = Int(rule.origin(isGlobal: pool.kernel == nil, zeroPoint: zeroPoint))
    self.input = input
    self.output = output
  }

  func forward(_ images: Range<Int>) {
    let channels = input.layout.image.channels
    withScratch(Int.self, count: channels) { sums in
      for image in images {
        let (source, target) = (input.image(image), output.image(image))
        for place in windows.places {
          sums.update(repeating: place.padded * zeroPoint - place.counted * origin, count: channels)
          windows.forEachPixel(of: place) { offset in
            let pixel = source + offset
            for channel in 0..<channels { sums[channel] += Int(pixel[channel]) }
          }
          let (mean, count) = (target + place.output, Double(place.counted))
          for channel in 0..<channels {
            // A quotient in double is a tie only where it is one exactly.
            let distance = (Double(sums[channel]) / count).rounded(.toNearestOrEven)
            mean[channel] = UInt8(Int(distance) + origin)
          }
        }
      }
    }
  }
}
