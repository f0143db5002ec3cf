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
  /// The values that each layer reads.
  let sources: [[Int]]
  private let shapes: [ActivationShape]

  init(_ model: FloatModel) throws {
    network = model.network
    parameters = model.parameters.mapValues { ($0.f32 ?? []).map(Double.init) }
    shapes = try model.network.shapes()
    sources = try model.network.sources()
  }

  /// The same network of magnitudes: fed magnitudes, it gives the sum of the magnitudes of every sum's terms.
  var magnitudes: Reference {
    var copy = self
    copy.parameters = parameters.mapValues { $0.map(abs) }
    return copy
  }

  /// What leaves layer `index` when `x` enters as its only value: (count, channels, height, width).
  func layer(_ index: Int, _ x: [Double], count: Int, training: Bool = false) -> [Double] {
    layer(index, [x], count: count, training: training)
  }

  /// What leaves layer `index` when these values enter.
  func layer(_ index: Int, _ inputs: [[Double]], count: Int, training: Bool = false) -> [Double] {
    let (layer, x) = (network.layers[index], inputs[0])
    let (input, output) = (shapes[sources[index][0]].image, shapes[index + 1].image)
    func values(_ part: String) -> [Double] { parameters["\(layer.name).\(part)"] ?? [] }
    func rectified(_ y: [Double], _ relu: Bool) -> [Double] { relu ? y.map { max($0, 0) } : y }
    switch layer.operation {
    case .flatten, .dropout, .softmax: return x
    case .relu: return rectified(x, true)
    case .relu6: return x.map { min(max($0, 0), 6) }
    case .leakyReLU(let relu): return x.map { $0 > 0 ? $0 : $0 * Double(relu.slope) }
    case .hardSwish: return x.map { $0 * min(max($0 + 3, 0), 6) / 6 }
    case .sigmoid: return x.map { 1 / (1 + exp(-$0)) }
    case .add(let add): return rectified(zip(x, inputs[1]).map { $0 + $1 }, add.relu)
    case .concat:
      return (0..<count).flatMap { image in
        inputs.flatMap { $0[image * $0.count / count..<(image + 1) * $0.count / count] }
      }
    case .linear(let linear):
      return rectified(product(x, count, values("weight"), values("bias"), out: linear.out), linear.relu)
    case .conv2d(let conv):
      return rectified(convolution(x, count, conv, values("weight"), values("bias"), input, output), conv.relu)
    case .maxPool2d(let pool):
      return pooled(x, count, Taps(pool), input, output) { values, _ in values.max() ?? .nan }
    case .averagePool2d(let pool):
      return pooled(x, count, Taps(pool, over: input), input, output) { values, counted in
        values.reduce(0, +) / Double(pool.countIncludePad ? counted : values.count)
      }
    case .batchNorm2d(let norm):
      return rectified(normalized(x, count, input, Double(norm.epsilon), layer.name, training), norm.relu)
    case .batchNorm1d(let norm):
      return rectified(normalized(x, count, input, Double(norm.epsilon), layer.name, training), norm.relu)
    }
  }

  private func normalized(
    _ x: [Double], _ count: Int, _ input: ImageShape, _ epsilon: Double, _ layer: String, _ training: Bool
  ) -> [Double] {
    func values(_ part: String) -> [Double] { parameters["\(layer).\(part)"] ?? [] }
    let statistics =
      training
      ? Self.statistics(x, count, input) : (mean: values("running_mean"), variance: values("running_var"))
    return (0..<x.count).map { index in
      let channel = index / (input.height * input.width) % input.channels
      let scaled = (x[index] - statistics.mean[channel]) / (statistics.variance[channel] + epsilon).squareRoot()
      return scaled * values("weight")[channel] + values("bias")[channel]
    }
  }

  /// What leaves the network in training mode.
  func scores(_ images: [Double], count: Int) -> [Double] {
    var values = [images]
    for index in network.layers.indices {
      values.append(layer(index, sources[index].map { values[$0] }, count: count, training: true))
    }
    return values[values.count - 1]
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
    let (taps, part) = (conv.kernel.height * conv.kernel.width, input.channels / conv.groups)
    var result: [Double] = []
    for image in 0..<count {
      for o in 0..<conv.out {
        let first = o / (conv.out / conv.groups) * part
        for place in 0..<output.height * output.width {
          var sum = bias.isEmpty ? 0 : bias[o]
          for c in 0..<part {
            let map = ((image * input.channels) + first + c) * input.height
            for (row, column, tap) in Taps(conv).seen(place / output.width, place % output.width, of: input) {
              sum += x[(map + row) * input.width + column] * weight[(o * part + c) * taps + tap]
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  /// The image that enters layer `index`.
  func image(entering index: Int) -> ImageShape { shapes[sources[index][0]].image }

  private func pooled(
    _ x: [Double], _ count: Int, _ taps: Taps, _ input: ImageShape, _ output: ImageShape,
    _ body: (_ values: [Double], _ counted: Int) -> Double
  ) -> [Double] {
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
