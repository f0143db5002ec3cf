import Int8Linear
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors

/// An integer network from the profiles' equations alone, with 64-bit sums, in PyTorch's order.
struct IntegerReference {
  let model: QuantizedModel

  /// How the input is quantized.
  private var entering: QuantizationParameters {
    guard let input = model.scales[Network.inputName] else { preconditionFailure("integers enter") }
    return input
  }

  /// The integers that enter the network and that leave each layer.
  func integers(_ images: [Float], count: Int) throws -> [[Int64]] {
    var flow = [images.map { quantized($0) }]
    var parameters = entering
    let shapes = try model.network.shapes()
    for (index, layer) in model.network.layers.enumerated() {
      let x = flow[index]
      let (input, output) = (shapes[index].image, shapes[index + 1].image)
      switch layer.operation {
      case .flatten: flow.append(x)
      case .relu: flow.append(x.map { max($0, Int64(parameters.zeroPoint)) })
      case .maxPool2d(let pool): flow.append(maxPool(x, count, pool, input, output))
      case .averagePool2d(let pool): flow.append(averagePool(x, count, pool, input, output))
      case .batchNorm2d: preconditionFailure("no integer form")
      case .linear(let linear):
        guard let numbers = model.layers[layer.name]?.integer, let leaving = model.scales[layer.name] else {
          preconditionFailure(layer.name)
        }
        let whole = Conv2d(out: linear.out, kernel: 1, relu: linear.relu)
        let vector = ImageShape(channels: input.count, height: 1, width: 1)
        flow.append(products(x, count, numbers, whole, vector, output, (parameters, leaving)))
        parameters = leaving
      case .conv2d(let conv):
        guard let numbers = model.layers[layer.name]?.integer, let leaving = model.scales[layer.name] else {
          preconditionFailure(layer.name)
        }
        flow.append(products(x, count, numbers, conv, input, output, (parameters, leaving)))
        parameters = leaving
      }
    }
    return flow
  }

  /// Our own profile divides and clamps to the calibrated range; PyTorch's multiply by the reciprocal and clamp to u8.
  private func quantized(_ x: Float) -> Int64 {
    let p = entering
    let scaled = model.profile == .octavo ? x / p.scale : x * (1 / p.scale)
    let q = Int64(scaled.rounded(.toNearestOrEven)) + Int64(p.zeroPoint)
    let (low, high) = ends(p)
    return min(max(q, low), high)
  }

  private func ends(_ p: QuantizationParameters) -> (Int64, Int64) {
    model.profile == .octavo ? (Int64(p.range.low), Int64(p.range.high)) : (0, 255)
  }

  private func products(
    _ x: [Int64], _ count: Int, _ layer: IntegerLayer, _ conv: Conv2d, _ input: ImageShape,
    _ output: ImageShape, _ scales: (input: QuantizationParameters, output: QuantizationParameters)
  ) -> [Int64] {
    var result: [Int64] = []
    for image in 0..<count {
      for o in 0..<conv.out {
        for y in 0..<output.height {
          for column in 0..<output.width {
            var sum: Int64 = 0
            for c in 0..<input.channels {
              for ky in 0..<conv.kernel {
                for kx in 0..<conv.kernel {
                  let (row, at) = (
                    y * conv.stride + ky - conv.padding, column * conv.stride + kx - conv.padding
                  )
                  // Padding is real zero: it adds nothing.
                  guard row >= 0, row < input.height, at >= 0, at < input.width else { continue }
                  let value = x[((image * input.channels + c) * input.height + row) * input.width + at]
                  let tap = ((o * input.channels + c) * conv.kernel + ky) * conv.kernel + kx
                  sum += (value - Int64(scales.input.zeroPoint)) * Int64(layer.weight.integers[tap])
                }
              }
            }
            result.append(stored(sum, o, layer, conv.relu, scales))
          }
        }
      }
    }
    return result
  }

  /// The next layer's integer: each float operation rounded once.
  private func stored(
    _ sum: Int64, _ channel: Int, _ layer: IntegerLayer, _ relu: Bool,
    _ scales: (input: QuantizationParameters, output: QuantizationParameters)
  ) -> Int64 {
    var scaled: Float
    switch layer.bias {
    case .s32(let bias): scaled = Float(sum + Int64(bias[channel]))
    case .f32(let bias):
      let step = scales.input.scale * layer.weight.scales[layer.weight.scales.count == 1 ? 0 : channel]
      scaled = Float(sum) + bias[channel] / step
    }
    scaled *= layer.multipliers[channel]
    let zero = Int64(scales.output.zeroPoint)
    let (low, high) = ends(scales.output)
    return min(max(Int64(scaled.rounded(.toNearestOrEven)) + zero, relu ? max(zero, low) : low), high)
  }

  /// The mean as a fraction, rounded half to even by a Double that holds it exactly enough: sums are small.
  private func averagePool(
    _ x: [Int64], _ count: Int, _ pool: AveragePool2d, _ input: ImageShape, _ output: ImageShape
  ) -> [Int64] {
    let (height, width) = (pool.kernel ?? input.height, pool.kernel ?? input.width)
    return (0..<count * input.channels).flatMap { map in
      (0..<output.height * output.width).map { place in
        let (top, left) = (place / output.width * (pool.stride ?? 1), place % output.width * (pool.stride ?? 1))
        let sum = (0..<height * width).reduce(0) { sum, tap in
          sum + x[(map * input.height + top + tap / width) * input.width + left + tap % width]
        }
        return Int64((Double(sum) / Double(height * width)).rounded(.toNearestOrEven))
      }
    }
  }

  private func maxPool(
    _ x: [Int64], _ count: Int, _ pool: MaxPool2d, _ input: ImageShape, _ output: ImageShape
  ) -> [Int64] {
    (0..<count * input.channels).flatMap { map in
      (0..<output.height * output.width).map { pixel in
        let (y, column) = (pixel / output.width * pool.stride, pixel % output.width * pool.stride)
        var best = Int64.min
        for row in y..<y + pool.kernel {
          for at in column..<column + pool.kernel {
            best = max(best, x[(map * input.height + row) * input.width + at])
          }
        }
        return best
      }
    }
  }
}
