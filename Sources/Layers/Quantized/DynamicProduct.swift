import Kernels
import Quantization

/// A product whose sums become real numbers: the heart of a dynamic layer.
///
///     y = f32(sum of (x - zx) w) * f32(sx sw) + bias,  sx and zx chosen anew at each call
struct DynamicProduct: BlockProduct, @unchecked Sendable {
  // Unchecked: tables are written once, here; the scales by the step before.
  let packed: PackedProduct
  private let scales: DynamicScales
  private let columnSums: Table<Int32>
  private let weightScales: Table<Float>
  private let bias: Table<Float>?
  private let isFused: Bool
  private let relu: Bool

  /// - Parameters:
  ///   - rowOrder: `Layer.memoryRows`.
  ///   - scales: where the step before leaves each image's scale.
  ///   - relu: whether outputs below zero become zero.
  /// - Throws: `QuantizedModelError.overflow` when a sum could leave 32 bits.
  init(
    _ weight: QuantizedWeight, bias: [Float]?, name: String, activations: DynamicActivations, scales: DynamicScales,
    profile: NumericProfile, rowOrder: [[Int]], relu: Bool
  ) throws {
    packed = try PackedProduct(
      weight, name: name, rowOrder: rowOrder, inputMax: profile.dynamicClamp(activations.range).high
    ) { _, _ in 0 }
    self.scales = scales
    columnSums = Table(packed.columnSums.map { Int32($0) })
    weightScales = Table((0..<weight.out).map(weight.scale))
    self.bias = bias.map(Table.init)
    isFused = profile.fusesDynamicBias
    self.relu = relu
  }

  func store(_ block: ProductBlock, output: UnsafeMutablePointer<Float>, kernels: Kernels) {
    kernels.dequantize(
      m: block.rows, n: packed.out, accumulators: block.sums, stride: packed.out,
      zeroPoint: scales.zeroPoints.pointer + block.image, scale: scales.scales.pointer + block.image,
      rowStep: block.rowsAreImages ? 1 : 0, columnSum: columnSums.pointer,
      weightScale: weightScales.pointer, bias: bias?.pointer, fused: isFused, relu: relu,
      out: output, outRow: block.outputRow)
  }
}

/// The scale and zero point of each image of a call.
final class DynamicScales: @unchecked Sendable {
  // Unchecked: written by one step, read by the next.
  let scales: AlignedBuffer<Float>
  let zeroPoints: AlignedBuffer<Int32>

  init(capacity: Int) {
    scales = AlignedBuffer(count: capacity)
    zeroPoints = AlignedBuffer(count: capacity)
  }
}

/// Quantizes real numbers from their own range: for each image by itself, or for all images of the call together.
struct QuantizeAtCall: QuantizedStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  let activations: DynamicActivations
  let profile: NumericProfile
  let input: Activation<Float>
  let output: Activation<UInt8>
  let scales: DynamicScales
  let compute: Compute

  var needsBatch: Bool { activations.granularity == .perTensor }

  func forward(_ images: Range<Int>) {
    guard needsBatch else {
      for image in images {
        let range = range(of: image)
        quantize(image, low: range.low, high: range.high)
      }
      return
    }
    let count = images.count
    let ranges = AlignedBuffer<Float>(count: 2 * count)
    compute.pool.forEach(count) { image in
      let range = self.range(of: image)
      (ranges.pointer[2 * image], ranges.pointer[2 * image + 1]) = (range.low, range.high)
    }
    // A NaN anywhere is the range of all: the largest magnitude that can be seen.
    let all = (0..<count).reduce(emptyRange) { union($0, (ranges.pointer[2 * $1], ranges.pointer[2 * $1 + 1])) }
    compute.pool.forEach(count) { quantize($0, low: all.low, high: all.high) }
  }

  private func range(of image: Int) -> (low: Float, high: Float) {
    var all = emptyRange
    input.forEachRow(of: image) { _, row, rowCount in
      all = union(all, compute.kernels.range(count: rowCount, x: row))
    }
    return all
  }

  private func quantize(_ image: Int, low: Float, high: Float) {
    guard let parameters = try? profile.dynamicParameters(covering: low, high, integers: activations.range) else {
      // No scale covers NaN or an infinity: a scale of NaN makes every output of the image NaN.
      (scales.scales.pointer[image], scales.zeroPoints.pointer[image]) = (.nan, 0)
      return
    }
    (scales.scales.pointer[image], scales.zeroPoints.pointer[image]) = (parameters.scale, parameters.zeroPoint)
    // The border stands for zeros, and so it moves with the zero point.
    if output.layout.border > 0 {
      output.image(image).update(repeating: UInt8(parameters.zeroPoint), count: output.layout.imageStride)
    }
    let clamp = profile.dynamicClamp(activations.range)
    compute.kernels.quantize(
      image, of: input, parameters: parameters, clamp: clamp, rule: profile.scalingRule, into: output)
  }
}
