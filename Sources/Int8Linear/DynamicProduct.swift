import Kernels
import Quantization

/// A product whose sums become real numbers: the heart of a dynamic layer.
///
///     y = f32(sum of (x - zx) w) * f32(sx sw) + bias,  sx and zx chosen anew at each call
package struct DynamicProduct: BlockProduct, @unchecked Sendable {
  // Unchecked: tables are written once, here; the scales by the step before.
  package let packed: PackedProduct
  private let scales: DynamicScales
  private let columnSums: AlignedBuffer<Int32>
  private let weightScales: AlignedBuffer<Float>
  private let bias: AlignedBuffer<Float>?
  private let isFused: Bool
  private let relu: Bool

  /// - Parameters:
  ///   - order: how its terms lie in memory.
  ///   - scales: where the step before leaves each image's scale.
  ///   - relu: whether outputs below zero become zero.
  /// - Throws: `OverflowError` when a sum could leave 32 bits.
  package init(
    _ layer: DynamicLayer, name: String, scales: DynamicScales, profile: NumericProfile, order: TermOrder, relu: Bool
  ) throws {
    packed = try PackedProduct(
      layer.weight, name: name, order: order, inputMax: profile.dynamicClamp(layer.activations.range).high
    ) { _, _ in 0 }
    self.scales = scales
    columnSums = AlignedBuffer(packed.columnSums.map { Int32($0) })
    weightScales = AlignedBuffer((0..<layer.weight.out).map(layer.weight.scale))
    bias = layer.bias.map { AlignedBuffer($0) }
    isFused = profile.fusesDynamicBias
    self.relu = relu
  }

  package func store(_ block: ProductBlock, output: UnsafeMutablePointer<Float>, kernels: Kernels) {
    kernels.dequantize(
      m: block.rows, n: packed.out, accumulators: block.sums, stride: packed.out,
      zeroPoint: scales.zeroPoints.pointer + block.scale, scale: scales.scales.pointer + block.scale,
      rowStep: block.scaleStep, columnSum: columnSums.pointer,
      weightScale: weightScales.pointer, bias: bias?.pointer, fused: isFused, relu: relu,
      out: output, outRow: block.outputRow)
  }
}

/// The scale and zero point of each part of a call's input that has its own: an image, a position, a token.
package final class DynamicScales: @unchecked Sendable {
  // Unchecked: written by one step, read by the next.
  package let scales: AlignedBuffer<Float>
  package let zeroPoints: AlignedBuffer<Int32>

  package init(capacity: Int) {
    scales = AlignedBuffer(count: capacity)
    zeroPoints = AlignedBuffer(count: capacity)
  }
}
