import Layers
import Networks
import Quantization

/// An average pool of integers that are held as floats, less their zero point: the mean is rounded as
/// `QuantizedAveragePool2d` rounds it. Gradients pass through the rounding as if it were none.
final class FakeQuantizedAveragePool2d: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let mean: FloatAveragePool2d
  private let output: FloatValue
  private let quantizer: ActivationQuantizer
  private let rule: AverageRule
  private let isGlobal: Bool

  init(
    _ pool: AveragePool2d, quantizer: ActivationQuantizer, rule: AverageRule, input: FloatValue, output: FloatValue
  ) {
    self.rule = rule
    isGlobal = pool.kernel == nil
    mean = FloatAveragePool2d(pool, input: input, output: output)
    self.output = output
    self.quantizer = quantizer
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    mean.forward(images, mode: mode)
    // As floats the integers lie at a distance of the zero point already.
    let shift = Double(quantizer.zeroPoint - rule.origin(isGlobal: isGlobal, zeroPoint: quantizer.zeroPoint))
    for image in images {
      output.values.forEachRow(of: image) { _, row, count in
        // In double the shift is added without rounding, so that a tie stays one and nothing else becomes one.
        for index in 0..<count {
          row[index] = Float((Double(row[index]) + shift).rounded(.toNearestOrEven) - shift)
        }
      }
    }
  }

  func backward(_ images: Range<Int>) { mean.backward(images) }
}
