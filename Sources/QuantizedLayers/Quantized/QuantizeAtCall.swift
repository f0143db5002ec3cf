import Int8Linear
import Kernels
import Layers
import Quantization

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
