import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors

/// A dynamic network from its equations alone, with 64-bit sums, in PyTorch's order.
///
/// What is a float by definition is one here, each operation rounded once; all sums are of integers.
struct DynamicReference {
  let model: QuantizedModel

  /// What leaves the network when all images come in one call.
  func outputs(_ images: [Float], count: Int) throws -> [Float] {
    var x = images
    let shapes = try model.network.shapes()
    for (index, layer) in model.network.layers.enumerated() {
      let (input, output) = (shapes[index].image, shapes[index + 1].image)
      switch layer.operation {
      case .flatten: break
      case .relu: x = x.map { $0 < 0 ? 0 : $0 }
      case .linear(let linear):
        let vector = ImageShape(channels: input.count, height: 1, width: 1)
        x = try product(x, count, layer.name, Conv2d(out: linear.out, kernel: 1, relu: linear.relu), vector, output)
      case .conv2d(let conv): x = try product(x, count, layer.name, conv, input, output)
      default: preconditionFailure("not in these networks")
      }
    }
    return x
  }

  private func product(
    _ x: [Float], _ count: Int, _ name: String, _ conv: Conv2d, _ input: ImageShape, _ output: ImageShape
  ) throws -> [Float] {
    guard let layer = model.layers[name]?.dynamic else { preconditionFailure("\(name) is dynamic") }
    let (weight, activations) = (layer.weight, layer.activations)
    return try (0..<count).flatMap { image -> [Float] in
      let own = Array(x[image * input.count..<(image + 1) * input.count])
      let seen = activations.granularity == .perRow ? own : x
      // NaN and infinities have no scale.
      guard seen.allSatisfy(\.isFinite) else { return [Float](repeating: .nan, count: output.count) }
      let parameters = try model.profile.dynamicParameters(
        covering: seen.min() ?? 0, seen.max() ?? 0, integers: activations.range)
      let q = own.map { quantized($0, parameters) }
      return (0..<output.count).map { index in
        let (o, place) = (index / (output.height * output.width), index % (output.height * output.width))
        var sum: Int64 = 0
        for tap in 0..<weight.inner {
          let (height, width) = (conv.kernel.height, conv.kernel.width)
          let (c, ky, kx) = (tap / (height * width), tap / width % height, tap % width)
          let row = place / output.width * conv.stride.height + ky - conv.padding.top
          let column = place % output.width * conv.stride.width + kx - conv.padding.left
          // Padding is real zero: it adds nothing.
          guard row >= 0, row < input.height, column >= 0, column < input.width else { continue }
          let value = q[(c * input.height + row) * input.width + column] - Int64(parameters.zeroPoint)
          sum += value * Int64(weight.integers[o * weight.inner + tap])
        }
        return real(sum, parameters.scale, weight.scales[weight.scales.count == 1 ? 0 : o], layer.bias?[o], conv.relu)
      }
    }
  }

  /// Ours divides, rounds and adds the zero point, within the range in use; PyTorch's add it before they round, to u8.
  private func quantized(_ x: Float, _ p: QuantizationParameters) -> Int64 {
    if model.profile == .octavo {
      let q = Int64((x / p.scale).rounded(.toNearestOrEven)) + Int64(p.zeroPoint)
      return min(max(q, Int64(p.range.low)), Int64(p.range.high))
    }
    let q = Float(p.zeroPoint).addingProduct(x, 1 / p.scale).rounded(.toNearestOrEven)
    return min(max(Int64(q), 0), 255)
  }

  /// FBGEMM adds the bias in one rounding with the product, the others in two.
  private func real(_ sum: Int64, _ scale: Float, _ weightScale: Float, _ bias: Float?, _ relu: Bool) -> Float {
    let step = scale * weightScale
    var y = Float(sum) * step
    if let bias { y = model.profile == .fbgemm ? bias.addingProduct(Float(sum), step) : y + bias }
    return relu && y < 0 ? 0 : y
  }
}
