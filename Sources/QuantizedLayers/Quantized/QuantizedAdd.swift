import Kernels
import Layers
import Quantization

/// The sum of two values of integers, each with a scale of its own, in the output's scale:
///
///     y = clamp(q(f32(f32((a - za) sa) + f32((b - zb) sb))))        from the zero point on where a ReLU is fused
///
/// with the profile's quantization q: bit for bit an addition of real numbers between dequantization and quantization.
struct QuantizedAdd: QuantizedStep {
  /// Integers, and how they are to be read, as stored.
  typealias Operand = (values: Activation<UInt8>, parameters: QuantizationParameters)

  private let left: Operand
  private let right: Operand
  private let output: Operand
  private let clamp: IntegerRange
  private let rule: QuantizeRule
  private let kernels: Kernels

  init(_ left: Operand, _ right: Operand, to output: Operand, relu: Bool, profile: NumericProfile, kernels: Kernels) {
    (self.left, self.right, self.output) = (left, right, output)
    let clamp = profile.clampRange(of: output.parameters, dtype: .u8)
    self.clamp = relu ? IntegerRange(max(clamp.low, output.parameters.zeroPoint), clamp.high) : clamp
    rule = QuantizeRule(profile.scalingRule)
    self.kernels = kernels
  }

  func forward(_ images: Range<Int>) {
    let rowCount = output.values.layout.image.width * output.values.layout.image.channels
    withScratch(Float.self, count: rowCount) { sums in
      for image in images {
        for y in 0..<output.values.layout.image.height {
          kernels.add(count: rowCount, addend(left, y, image), addend(right, y, image), y: sums)
          kernels.quantize(
            count: rowCount, x: sums, scale: output.parameters.scale, zeroPoint: UInt8(output.parameters.zeroPoint),
            range: UInt8(clamp.low)...UInt8(clamp.high), rule: rule, q: output.values.row(y, of: image))
        }
      }
    }
  }

  private func addend(_ operand: Operand, _ y: Int, _ image: Int) -> Kernels.Addend {
    Kernels.Addend(
      operand.values.row(y, of: image), zeroPoint: UInt8(operand.parameters.zeroPoint), scale: operand.parameters.scale)
  }
}
