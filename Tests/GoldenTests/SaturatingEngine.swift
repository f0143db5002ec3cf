import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// An integer network as FBGEMM runs it on a processor with AVX2 but without VNNI, one image at a time.
///
/// There vpmaddubsw multiplies unsigned by signed bytes and adds neighbouring products in 16 bits, which saturates where
/// activations exceed 127 and two large weights of a sign meet. Neighbours are those of the memory: kernel row, kernel
/// column, channel in a convolution, whose activations PyTorch keeps channels last; PyTorch's own order in a linear layer,
/// since the tensor before it is reshaped. Pairs are counted from the start of a sum.
struct SaturatingEngine {
  let model: QuantizedModel
  /// Weights by layer and output channel, in the order of the sums.
  private let weights: [String: [[Int8]]]

  /// (channel, row, column)
  private struct Image {
    let channels: Int
    let height: Int
    let width: Int
    var values: [UInt8]

    subscript(channel: Int, row: Int, column: Int) -> UInt8 { values[(channel * height + row) * width + column] }
  }

  init(_ model: QuantizedModel) {
    self.model = model
    weights = model.layers.compactMapValues(\.integer).mapValues { layer in
      let inner = layer.weight.inner
      let area = layer.weight.shape.rank == 4 ? layer.weight.shape[2] * layer.weight.shape[3] : 1
      return (0..<layer.weight.out).map { out in
        (0..<inner).map { position in
          let (place, channel) = (position / (inner / area), position % (inner / area))
          return layer.weight.integers[out * inner + channel * area + place]
        }
      }
    }
  }

  /// The scores of an image.
  func logits(_ pixels: [Float]) -> [Float] {
    let input = model.network.input
    guard var parameters = model.scales[Network.inputName] else {
      preconditionFailure("integers enter a static network")
    }
    let wide = QuantizationParameters.allOfU8(parameters)
    var image = Image(
      channels: input.channels, height: input.height, width: input.width,
      values: pixels.map { UInt8(wide.quantize($0, rule: model.profile.scalingRule)) })
    for layer in model.network.layers {
      switch layer.operation {
      case .conv2d(let conv):
        image = convolve(image, conv, layer.name, input: parameters)
      case .maxPool2d(let pool): image = maximum(image, pool)
      case .linear(let linear):
        let values = outputs(image.values, layer.name, input: parameters, relu: linear.relu)
        image = Image(channels: linear.out, height: 1, width: 1, values: values)
      case .flatten: break
      default: preconditionFailure("fused away, or not in the recorded networks")
      }
      parameters = model.scales[layer.name] ?? parameters
    }
    return image.values.map { parameters.dequantize(Int32($0)) }
  }

  private func convolve(_ image: Image, _ conv: Conv2d, _ name: String, input: QuantizationParameters) -> Image {
    let (kernel, stride, padding) = (conv.kernel.height, conv.stride.height, conv.padding.top)
    let height = (image.height + 2 * padding - kernel) / stride + 1
    let width = (image.width + 2 * padding - kernel) / stride + 1
    var result = Image(
      channels: conv.out, height: height, width: width,
      values: [UInt8](repeating: 0, count: conv.out * height * width))
    for place in 0..<height * width {
      var patch: [UInt8] = []
      for offset in 0..<kernel * kernel {
        let row = place / width * stride + offset / kernel - padding
        let column = place % width * stride + offset % kernel - padding
        let inside = row >= 0 && row < image.height && column >= 0 && column < image.width
        for channel in 0..<image.channels {
          patch.append(inside ? image[channel, row, column] : UInt8(input.zeroPoint))
        }
      }
      for (channel, value) in outputs(patch, name, input: input, relu: conv.relu).enumerated() {
        result.values[channel * height * width + place] = value
      }
    }
    return result
  }

  private func maximum(_ image: Image, _ pool: MaxPool2d) -> Image {
    let (kernel, stride) = (pool.kernel.height, pool.stride.height)
    let height = (image.height - kernel) / stride + 1
    let width = (image.width - kernel) / stride + 1
    let values = (0..<image.channels * height * width).map { index -> UInt8 in
      let (channel, row, column) = (index / (height * width), index / width % height, index % width)
      return (0..<kernel * kernel).reduce(0) { most, offset in
        max(
          most,
          image[channel, row * stride + offset / kernel, column * stride + offset % kernel])
      }
    }
    return Image(channels: image.channels, height: height, width: width, values: values)
  }

  /// One value for each output channel, from a sum's inputs in their order.
  private func outputs(_ x: [UInt8], _ name: String, input: QuantizationParameters, relu: Bool) -> [UInt8] {
    guard let layer = model.layers[name]?.integer, let output = model.scales[name], let rows = weights[name],
      case .f32(let bias) = layer.bias
    else {
      preconditionFailure("FBGEMM's biases are floats")
    }
    return rows.enumerated().map { channel, row in
      let correction = row.reduce(Int32(0)) { $0 + Int32($1) } * input.zeroPoint
      let bias = Requantization.floatBias(bias[channel], input: input.scale, weight: layer.weight.scale(channel))
      let zeroPoint = output.zeroPoint
      return UInt8(
        Requantization.requantize(
          Self.sum(x, row) - correction, bias: bias, multiplier: layer.multipliers[channel], zeroPoint: zeroPoint,
          clamp: IntegerRange(relu ? zeroPoint : 0, 255)))
    }
  }

  /// Pairs of products saturate in 16 bits, then are added in 32.
  private static func sum(_ x: [UInt8], _ w: [Int8]) -> Int32 {
    var sum: Int32 = 0
    var index = 0
    while index < x.count {
      var pair = Int32(x[index]) * Int32(w[index])
      if index + 1 < x.count { pair += Int32(x[index + 1]) * Int32(w[index + 1]) }
      sum += min(max(pair, -32768), 32767)
      index += 2
    }
    return sum
  }
}

extension QuantizationParameters {
  /// The same scale and zero point over all of u8, to which PyTorch's engines clamp.
  fileprivate static func allOfU8(_ parameters: QuantizationParameters) -> QuantizationParameters {
    guard
      let wide = try? QuantizationParameters(
        scale: parameters.scale, zeroPoint: parameters.zeroPoint, range: IntegerRange(.u8))
    else { preconditionFailure("a range within u8 has its zero point within u8") }
    return wide
  }
}
