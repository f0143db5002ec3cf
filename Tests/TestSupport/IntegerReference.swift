import Foundation
import Int8Linear
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// An integer network from the profiles' equations alone, with 64-bit sums, in PyTorch's order.
package struct IntegerReference {
  private let model: QuantizedModel

  /// The reference of a model in integers throughout.
  package init(model: QuantizedModel) { self.model = model }

  /// How the input is quantized.
  private var entering: QuantizationParameters {
    guard let input = model.scales[Network.inputName] else { preconditionFailure("integers enter") }
    return input
  }

  /// The integers that enter the network and that leave each layer.
  package func integers(_ images: [Float], count: Int) throws -> [[Int64]] {
    var flow = [images.map { quantized($0, entering) }]
    var parameters = [entering]
    let (shapes, sources) = (try model.network.shapes(), try model.network.sources())
    for (index, layer) in model.network.layers.enumerated() {
      let inputs = sources[index].map { (x: flow[$0], parameters: parameters[$0], shape: shapes[$0].image) }
      let leaving = model.scales[layer.name] ?? inputs[0].parameters
      flow.append(output(of: layer, inputs, leaving, shapes[index + 1].image, count: count))
      parameters.append(leaving)
    }
    return flow
  }

  private typealias Input = (x: [Int64], parameters: QuantizationParameters, shape: ImageShape)

  private func output(
    of layer: Layer, _ inputs: [Input], _ leaving: QuantizationParameters, _ output: ImageShape, count: Int
  ) -> [Int64] {
    let (x, entering, input) = inputs[0]
    let zero = Int64(leaving.zeroPoint)
    /// Real numbers in between, each operation rounded once.
    func real(_ function: (Float) -> Float) -> [Int64] {
      x.map { quantized(function(entering.scale * Float($0 - Int64(entering.zeroPoint))), leaving) }
    }
    switch layer.operation {
    case .flatten, .dropout, .softmax: return x
    case .relu: return x.map { max($0, zero) }
    case .relu6: return real { min(max($0, 0), 6) }
    case .leakyReLU(let relu): return real { $0 > 0 ? $0 : $0 * relu.slope }
    case .hardSwish: return real { $0 * min(max($0 + 3, 0), 6) / 6 }
    case .sigmoid: return real { Float(1 / (1 + exp(-Double($0)))) }
    case .batchNorm2d(let norm): return normalized(layer.name, inputs[0], leaving, norm.epsilon, norm.relu)
    case .batchNorm1d(let norm): return normalized(layer.name, inputs[0], leaving, norm.epsilon, norm.relu)
    case .add(let add):
      return zip(x, inputs[1].x).map { left, right in
        let other = inputs[1].parameters
        let sum =
          Float(left - Int64(entering.zeroPoint)) * entering.scale + Float(right - Int64(other.zeroPoint)) * other.scale
        return quantized(add.relu ? max(sum, 0) : sum, leaving)
      }
    case .concat:
      return (0..<count).flatMap { image in
        inputs.flatMap { part in
          part.x[image * part.shape.count..<(image + 1) * part.shape.count].map {
            quantized(part.parameters.scale * Float($0 - Int64(part.parameters.zeroPoint)), leaving)
          }
        }
      }
    case .maxPool2d(let pool):
      return pooled(x, count, Taps(pool), input, output) { values, _ in values.max() ?? 0 }
    case .averagePool2d(let pool):
      // A fraction, rounded half to even by a Double that holds it exactly enough: sums are small.
      return pooled(x, count, Taps(pool, over: input), input, output) { values, counted in
        let number = pool.countIncludePad ? counted : values.count
        let sum = values.reduce(0, +) + Int64(number - values.count) * zero
        return Int64((Double(sum) / Double(number)).rounded(.toNearestOrEven))
      }
    case .linear(let linear):
      let whole = Conv2d(out: linear.out, kernel: 1, relu: linear.relu)
      let vector = ImageShape(channels: input.count, height: 1, width: 1)
      return products(x, count, integer(layer), whole, vector, output, (entering, leaving))
    case .conv2d(let conv): return products(x, count, integer(layer), conv, input, output, (entering, leaving))
    }
  }

  private func integer(_ layer: Layer) -> IntegerLayer {
    guard let numbers = model.layers[layer.name]?.integer else { preconditionFailure(layer.name) }
    return numbers
  }

  /// Channel by channel, in the order in which f32 rounds.
  private func normalized(
    _ name: String, _ input: Input, _ leaving: QuantizationParameters, _ epsilon: Float, _ relu: Bool
  ) -> [Int64] {
    func values(_ part: String) -> [Float] { model.floatParameters["\(name).\(part)"]?.f32 ?? [] }
    let (gamma, beta, mean, variance) = (
      values("weight"), values("bias"), values("running_mean"), values("running_var")
    )
    return input.x.enumerated().map { index, q in
      let channel = index / (input.shape.height * input.shape.width) % input.shape.channels
      let x = input.parameters.scale * Float(q - Int64(input.parameters.zeroPoint))
      let reciprocal = 1 / (variance[channel] + epsilon).squareRoot()
      let centred = (x - mean[channel]) * reciprocal
      let y = centred * gamma[channel] + beta[channel]
      return quantized(relu ? max(y, 0) : y, leaving)
    }
  }

  /// Our own profile divides and clamps to the calibrated range; PyTorch's multiply by the reciprocal, with the zero point
  /// in the same operation, and clamp to u8.
  private func quantized(_ x: Float, _ p: QuantizationParameters) -> Int64 {
    let (low, high) = ends(p)
    let isOurs = model.profile == .octavo
    let scaled = isOurs ? x / p.scale : Float(p.zeroPoint).addingProduct(x, 1 / p.scale)
    let q = Int64(scaled.rounded(.toNearestOrEven)) + (isOurs ? Int64(p.zeroPoint) : 0)
    return min(max(q, low), high)
  }

  private func ends(_ p: QuantizationParameters) -> (Int64, Int64) {
    model.profile == .octavo ? (Int64(p.range.low), Int64(p.range.high)) : (0, 255)
  }

  private func products(
    _ x: [Int64], _ count: Int, _ layer: IntegerLayer, _ conv: Conv2d, _ input: ImageShape,
    _ output: ImageShape, _ scales: (input: QuantizationParameters, output: QuantizationParameters)
  ) -> [Int64] {
    let (taps, part) = (conv.kernel.height * conv.kernel.width, input.channels / conv.groups)
    var result: [Int64] = []
    for image in 0..<count {
      for o in 0..<conv.out {
        let first = o / (conv.out / conv.groups) * part
        for place in 0..<output.height * output.width {
          var sum: Int64 = 0
          for c in 0..<part {
            let map = (image * input.channels + first + c) * input.height
            // Padding is real zero: it adds nothing.
            for (row, column, tap) in Taps(conv).seen(place / output.width, place % output.width, of: input) {
              let value = x[(map + row) * input.width + column]
              sum +=
                (value - Int64(scales.input.zeroPoint)) * Int64(layer.weight.integers[(o * part + c) * taps + tap])
            }
          }
          result.append(stored(sum, o, layer, conv.relu, scales))
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

  private func pooled(
    _ x: [Int64], _ count: Int, _ taps: Taps, _ input: ImageShape, _ output: ImageShape,
    _ body: (_ values: [Int64], _ counted: Int) -> Int64
  ) -> [Int64] {
    (0..<count * input.channels).flatMap { map in
      (0..<output.height * output.width).map { place in
        let (y, column) = (place / output.width, place % output.width)
        let seen = taps.seen(y, column, of: input)
        return body(
          seen.map { x[(map * input.height + $0.row) * input.width + $0.column] },
          taps.counted(y, column, of: input))
      }
    }
  }
}
