import Layers
import Networks

/// An average pool of integers that are held as floats, less their zero point: the mean is rounded as `QuantizedAveragePool2d`
/// rounds it, with the zero point, on whose parity ties hang. Gradients pass through the rounding as if it were none.
final class FakeQuantizedAveragePool2d: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let mean: FloatAveragePool2d
  private let output: FloatValue
  private let quantizer: ActivationQuantizer

  init(_ pool: AveragePool2d, quantizer: ActivationQuantizer, input: FloatValue, output: FloatValue) {
    mean = FloatAveragePool2d(pool, input: input, output: output)
    self.output = output
    self.quantizer = quantizer
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    mean.forward(images, mode: mode)
    let zeroPoint = Double(quantizer.zeroPoint)
    for image in images {
      output.values.forEachRow(of: image) { _, row, count in
        // In double the zero point is added without rounding, so that a tie stays one and nothing else becomes one.
        for index in 0..<count {
          row[index] = Float((Double(row[index]) + zeroPoint).rounded(.toNearestOrEven) - zeroPoint)
        }
      }
    }
  }

  func backward(_ images: Range<Int>) { mean.backward(images) }
}
