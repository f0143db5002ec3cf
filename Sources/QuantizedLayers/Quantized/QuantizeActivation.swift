import Kernels
import Layers
import Quantization

/// Quantizes real numbers, the network's input among them, for a layer that takes integers.
struct QuantizeActivation: QuantizedStep {
  /// As stored.
  let parameters: QuantizationParameters
  let profile: NumericProfile
  let input: Activation<Float>
  let output: Activation<UInt8>
  let kernels: Kernels

  func forward(_ images: Range<Int>) {
    let clamp = profile.clampRange(of: parameters, dtype: .u8)
    for image in images {
      kernels.quantize(
        image, of: input, parameters: parameters, clamp: clamp, rule: profile.scalingRule, into: output)
    }
  }
}

/// Makes real numbers of integers, for a layer that takes those, or for a person.
struct DequantizeActivation: QuantizedStep {
  private let input: Activation<UInt8>
  private let output: Activation<Float>
  /// What each byte stands for.
  private let numbers: AlignedBuffer<Float>

  /// - Parameter parameters: as stored.
  init(parameters: QuantizationParameters, input: Activation<UInt8>, output: Activation<Float>) {
    self.input = input
    self.output = output
    numbers = AlignedBuffer((0...255).map { parameters.dequantize($0) })
  }

  func forward(_ images: Range<Int>) {
    let numbers = numbers.pointer
    for image in images {
      input.forEachRow(of: image) { y, row, rowCount in
        let target = output.row(y, of: image)
        for index in 0..<rowCount { target[index] = numbers[Int(row[index])] }
      }
    }
  }
}

extension Kernels {
  /// Quantizes one image, row by row.
  func quantize(
    _ image: Int, of input: Activation<Float>, parameters: QuantizationParameters, clamp: IntegerRange,
    rule: ScalingRule, into output: Activation<UInt8>
  ) {
    input.forEachRow(of: image) { y, row, rowCount in
      quantize(
        count: rowCount, x: row, scale: parameters.scale, zeroPoint: UInt8(parameters.zeroPoint),
        range: UInt8(clamp.low)...UInt8(clamp.high), rule: QuantizeRule(rule),
        q: output.row(y, of: image))
    }
  }
}

extension QuantizeRule {
  /// The kernels' name of a rule.
  init(_ rule: ScalingRule) {
    switch rule {
    case .divide: self = .divide
    case .fused: self = .fused
    }
  }
}

/// A float layer among quantized ones.
struct RealStep: QuantizedStep, @unchecked Sendable {
  // Unchecked: as every step, it has memory of its own.
  let step: any FloatStep

  var needsBatch: Bool { step.needsBatch(.inference) }

  func forward(_ images: Range<Int>) { step.forward(images, mode: .inference) }
}
