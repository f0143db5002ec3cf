import Foundation
import Layers
import Networks
import TestSupport
import Tensors

/// A float network in double, from the definitions alone: in PyTorch's order, without borders, tables or panels, and
/// forward only. Its derivatives are differences.
struct Reference {
  let network: Network
  var parameters: [String: [Double]]
  private let shapes: [ActivationShape]

  init(_ model: FloatModel) throws {
    network = model.network
    parameters = model.parameters.mapValues { ($0.f32 ?? []).map(Double.init) }
    shapes = try model.network.shapes()
  }

  /// The same network of magnitudes: fed magnitudes, it gives the sum of the magnitudes of every sum's terms.
  var magnitudes: Reference {
    var copy = self
    copy.parameters = parameters.mapValues { $0.map(abs) }
    return copy
  }

  /// What leaves layer `index` when `x` enters: (count, channels, height, width).
  func layer(_ index: Int, _ x: [Double], count: Int, training: Bool = false) -> [Double] {
    let layer = network.layers[index]
    let (input, output) = (shapes[index].image, shapes[index + 1].image)
    func values(_ part: String) -> [Double] { parameters["\(layer.name).\(part)"] ?? [] }
    switch layer.operation {
    case .flatten: return x
    case .relu: return x.map { max($0, 0) }
    case .linear(let linear):
      let y = product(x, count, values("weight"), values("bias"), out: linear.out)
      return linear.relu ? y.map { max($0, 0) } : y
    case .conv2d(let conv):
      let y = convolution(x, count, conv, values("weight"), values("bias"), input, output)
      return conv.relu ? y.map { max($0, 0) } : y
    case .maxPool2d(let pool): return maxPool(x, count, pool, input, output)
    case .averagePool2d(let pool): return averagePool(x, count, pool, input, output)
    case .batchNorm2d(let norm):
      let statistics =
        training
        ? Self.statistics(x, count, input) : (mean: values("running_mean"), variance: values("running_var"))
      return (0..<x.count).map { index in
        let channel = index / (input.height * input.width) % input.channels
        let scaled =
          (x[index] - statistics.mean[channel])
          / (statistics.variance[channel] + Double(norm.epsilon)).squareRoot()
        return scaled * values("weight")[channel] + values("bias")[channel]
      }
    }
  }

  /// What leaves the network in training mode.
  func scores(_ images: [Double], count: Int) -> [Double] {
    network.layers.indices.reduce(images) { layer($1, $0, count: count, training: true) }
  }

  /// The mean cross-entropy in training mode.
  func loss(_ images: [Double], labels: [UInt8]) -> Double {
    let scores = scores(images, count: labels.count)
    let classes = scores.count / labels.count
    return labels.indices.reduce(0) { total, image in
      let row = scores[image * classes..<(image + 1) * classes]
      let top = row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - top) }
      return total + (log(sum) + top - row[row.startIndex + Int(labels[image])]) / Double(labels.count)
    }
  }

  /// The central difference of the loss by one parameter.
  func derivative(_ name: String, _ index: Int, _ images: [Double], labels: [UInt8], step: Double = 1e-6)
    -> Double
  {
    var copy = self
    guard let value = parameters[name]?[index] else { preconditionFailure("no parameter \(name)") }
    copy.parameters[name]?[index] = value + step
    let above = copy.loss(images, labels: labels)
    copy.parameters[name]?[index] = value - step
    return (above - copy.loss(images, labels: labels)) / (2 * step)
  }

  /// Mean and biased variance of each channel over a batch.
  static func statistics(_ x: [Double], _ count: Int, _ image: ImageShape) -> (
    mean: [Double], variance: [Double]
  ) {
    let size = image.height * image.width
    var mean = [Double](repeating: 0, count: image.channels)
    var variance = mean
    let population = Double(count * size)
    func forEach(_ body: (_ channel: Int, _ value: Double) -> Void) {
      for index in 0..<count * image.count { body(index / size % image.channels, x[index]) }
    }
    forEach { mean[$0] += $1 / population }
    forEach { channel, value in
      let distance = value - mean[channel]
      variance[channel] += distance * distance / population
    }
    return (mean, variance)
  }

  private func product(_ x: [Double], _ count: Int, _ weight: [Double], _ bias: [Double], out: Int)
    -> [Double]
  {
    let inner = weight.count / out
    return (0..<count * out).map { index in
      let (image, j) = (index / out, index % out)
      return (0..<inner).reduce(bias.isEmpty ? 0 : bias[j]) {
        $0 + x[image * inner + $1] * weight[j * inner + $1]
      }
    }
  }

  private func convolution(
    _ x: [Double], _ count: Int, _ conv: Conv2d, _ weight: [Double], _ bias: [Double], _ input: ImageShape,
    _ output: ImageShape
  ) -> [Double] {
    var result: [Double] = []
    for image in 0..<count {
      for o in 0..<conv.out {
        for y in 0..<output.height {
          for column in 0..<output.width {
            var sum = bias.isEmpty ? 0 : bias[o]
            for c in 0..<input.channels {
              for ky in 0..<conv.kernel {
                let row = y * conv.stride + ky - conv.padding
                guard row >= 0, row < input.height else { continue }
                for kx in 0..<conv.kernel {
                  let at = column * conv.stride + kx - conv.padding
                  guard at >= 0, at < input.width else { continue }
                  sum +=
                    x[((image * input.channels + c) * input.height + row) * input.width + at]
                    * weight[((o * input.channels + c) * conv.kernel + ky) * conv.kernel + kx]
                }
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return result
  }

  /// The image that enters layer `index`.
  func image(entering index: Int) -> ImageShape { shapes[index].image }

  private func averagePool(
    _ x: [Double], _ count: Int, _ pool: AveragePool2d, _ input: ImageShape, _ output: ImageShape
  ) -> [Double] {
    let (height, width) = (pool.kernel ?? input.height, pool.kernel ?? input.width)
    return (0..<count * input.channels).flatMap { map in
      (0..<output.height * output.width).map { pixel in
        let y = pixel / output.width * (pool.stride ?? 1)
        let column = pixel % output.width * (pool.stride ?? 1)
        var sum = 0.0
        for row in y..<y + height {
          for at in column..<column + width { sum += x[(map * input.height + row) * input.width + at] }
        }
        return sum / Double(height * width)
      }
    }
  }

  private func maxPool(
    _ x: [Double], _ count: Int, _ pool: MaxPool2d, _ input: ImageShape, _ output: ImageShape
  ) -> [Double] {
    (0..<count * input.channels).flatMap { map in
      (0..<output.height * output.width).map { pixel in
        let (y, column) = (pixel / output.width * pool.stride, pixel % output.width * pool.stride)
        var best = -Double.infinity
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
