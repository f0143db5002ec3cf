import Kernels
import Quantization

/// A product whose sums become the next layer's integers: the heart of a static layer.
package struct IntegerProduct: BlockProduct, @unchecked Sendable {
  // Unchecked: tables are written once, here.
  package let packed: PackedProduct
  private let floatBias: (values: AlignedBuffer<Float>, factor: Float)?
  private let multipliers: AlignedBuffer<Float>
  private let zeroPoint: UInt8
  private let range: ClosedRange<UInt8>

  /// - Parameters:
  ///   - order: how its terms lie in memory.
  ///   - relu: whether outputs below zero become zero.
  /// - Throws: `OverflowError` when a sum could leave 32 bits.
  package init(
    _ layer: IntegerLayer, name: String, from input: QuantizationParameters, to output: QuantizationParameters,
    profile: NumericProfile, order: TermOrder, relu: Bool
  ) throws {
    let (entering, output) = (input.stored, output.stored)
    // sum (x - zx) w = sum x w - zx sum w: the second part, and an integer bias, are where the sum starts.
    packed = try PackedProduct(
      layer.weight, name: name, order: order, inputMax: profile.clampRange(of: entering, dtype: .u8).high
    ) { channel, total in
      let correction = -Int64(entering.zeroPoint) * total
      if case .s32(let bias) = layer.bias { return correction + Int64(bias[channel]) }
      return correction
    }
    multipliers = AlignedBuffer(layer.multipliers)
    if case .f32(let bias) = layer.bias {
      floatBias = Self.floatBias(bias, input: input.scale, weight: layer.weight)
    } else {
      floatBias = nil
    }
    zeroPoint = UInt8(output.zeroPoint)
    let clamp = profile.clampRange(of: output, dtype: .u8)
    range = (relu ? max(UInt8(clamp.low), zeroPoint) : UInt8(clamp.low))...UInt8(clamp.high)
  }

  /// A float bias, and what makes accumulator steps of it. FBGEMM divides where channels have scales of their own, and
  /// multiplies where one scale serves all. (Of a single channel the file does not say which: it multiplies.)
  private static func floatBias(
    _ bias: [Float], input: Float, weight: QuantizedWeight
  ) -> (values: AlignedBuffer<Float>, factor: Float) {
    if weight.scales.count == 1 { return (AlignedBuffer(bias), 1 / (input * weight.scales[0])) }
    let steps = bias.indices.map { Requantization.floatBias(bias[$0], input: input, weight: weight.scale($0)) }
    return (AlignedBuffer(steps), 1)
  }

  package func store(_ block: ProductBlock, output: UnsafeMutablePointer<UInt8>, kernels: Kernels) {
    kernels.requantize(
      m: block.rows, n: packed.out, accumulators: block.sums, stride: packed.out,
      bias: floatBias?.values.pointer, biasFactor: floatBias?.factor ?? 1, multiplier: multipliers.pointer,
      zeroPoint: zeroPoint, range: range, out: output, outRow: block.outputRow)
  }
}
