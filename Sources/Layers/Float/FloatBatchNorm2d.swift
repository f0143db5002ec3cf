import Kernels

/// Float batch normalization, per channel c over a batch's images and pixels:
///
///     training    y = (x - mean) * r * gamma + beta,  r = 1 / sqrt(var + epsilon), var the biased variance
///     inference   the same with the running mean and variance
///     running     s = s + momentum * (batch - s), with the unbiased variance, as in PyTorch
///     gradient    dx = gamma * r * (dy - mean(dy) - xhat * mean(dy * xhat)),  xhat = (x - mean) * r
///
/// Sums are taken in double, per image and then over images in order.
final class FloatBatchNorm2d: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let norm: BatchNorm2d
  private let input: FloatNode
  private let output: FloatNode
  private let compute: Compute
  private let channels: Int
  private let gamma: Parameter
  private let beta: Parameter
  private var runningMean: [Float]
  private var runningVariance: [Float]
  private var mean: [Float]
  private var reciprocal: [Float]
  /// Two sums per image and channel.
  private let sums: AlignedBuffer<Double>

  init(
    _ norm: BatchNorm2d, weight: [Float], bias: [Float], runningMean: [Float], runningVariance: [Float],
    input: FloatNode, output: FloatNode, compute: Compute
  ) {
    self.norm = norm
    self.input = input
    self.output = output
    self.compute = compute
    channels = input.values.layout.image.channels
    gamma = Parameter(count: channels)
    beta = Parameter(count: channels)
    for channel in 0..<channels {
      gamma.values.pointer[channel] = weight[channel]
      beta.values.pointer[channel] = bias[channel]
    }
    self.runningMean = runningMean
    self.runningVariance = runningVariance
    mean = runningMean
    reciprocal = runningVariance
    sums = AlignedBuffer(count: 2 * channels * input.values.capacity)
  }

  var parameters: [Parameter] { [gamma, beta] }

  func exported() -> [String: [Float]] {
    [
      "weight": Array(UnsafeBufferPointer(start: gamma.values.pointer, count: channels)),
      "bias": Array(UnsafeBufferPointer(start: beta.values.pointer, count: channels)),
      "running_mean": runningMean, "running_var": runningVariance,
    ]
  }

  func forward(count: Int, mode: FloatMode) {
    var variance = runningVariance
    mean = runningMean
    if mode == .training { variance = takeBatchStatistics(count: count) }
    reciprocal = variance.map { 1 / ($0 + norm.epsilon).squareRoot() }
    let (mean, reciprocal) = (mean, reciprocal)
    compute.pool.forEach(count) { [self] image in
      input.values.forEachRow(of: image) { y, row, rowCount in
        let target = output.values.image(image) + output.values.layout.offset(y: y, x: 0)
        for pixel in stride(from: 0, to: rowCount, by: channels) {
          for channel in 0..<channels {
            let centred = (row[pixel + channel] - mean[channel]) * reciprocal[channel]
            target[pixel + channel] = centred * gamma.values.pointer[channel] + beta.values.pointer[channel]
          }
        }
      }
    }
  }

  func backward(count: Int) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    let (mean, reciprocal) = (mean, reciprocal)
    let total = perChannelSums(count: count) { [self] image, into in
      forEachPixel(source, image: image) { channel, dy, x in
        into[2 * channel] += Double(dy)
        into[2 * channel + 1] += Double(dy) * Double((x - mean[channel]) * reciprocal[channel])
      }
    }
    for channel in 0..<channels {
      beta.gradient.pointer[channel] = Float(total[2 * channel])
      gamma.gradient.pointer[channel] = Float(total[2 * channel + 1])
    }
    guard let target = input.gradient else { return }
    let population = Double(count * input.values.layout.image.height * input.values.layout.image.width)
    let meanGradient = (0..<channels).map { Float(total[2 * $0] / population) }
    let meanProduct = (0..<channels).map { Float(total[2 * $0 + 1] / population) }
    compute.pool.forEach(count) { [self] image in
      source.forEachRow(of: image) { y, row, rowCount in
        let x = input.values.image(image) + input.values.layout.offset(y: y, x: 0)
        let dx = target.image(image) + target.layout.offset(y: y, x: 0)
        for index in 0..<rowCount {
          let channel = index % channels
          let normalized = (x[index] - mean[channel]) * reciprocal[channel]
          let inner = row[index] - meanGradient[channel] - normalized * meanProduct[channel]
          dx[index] = gamma.values.pointer[channel] * reciprocal[channel] * inner
        }
      }
    }
  }

  /// Sets `mean` to the batch's, moves the running statistics, and returns the batch's biased variance.
  private func takeBatchStatistics(count: Int) -> [Float] {
    let population = Double(count * input.values.layout.image.height * input.values.layout.image.width)
    let total = perChannelSums(count: count) { [self] image, into in
      forEachPixel(input.values, image: image) { channel, value, _ in into[2 * channel] += Double(value) }
    }
    let means = (0..<channels).map { total[2 * $0] / population }
    let squares = perChannelSums(count: count) { [self] image, into in
      forEachPixel(input.values, image: image) { channel, value, _ in
        let distance = Double(value) - means[channel]
        into[2 * channel] += distance * distance
      }
    }
    for channel in 0..<channels {
      let unbiased = squares[2 * channel] / max(population - 1, 1)
      runningMean[channel] += norm.momentum * (Float(means[channel]) - runningMean[channel])
      runningVariance[channel] += norm.momentum * (Float(unbiased) - runningVariance[channel])
    }
    mean = means.map { Float($0) }
    return (0..<channels).map { Float(squares[2 * $0] / population) }
  }

  /// Two sums per channel, image by image in parallel and then over images in order.
  private func perChannelSums(
    count: Int, _ add: @Sendable (_ image: Int, _ into: UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let stride = 2 * channels
    compute.pool.forEach(count) { [self] image in
      let into = sums.pointer + image * stride
      into.update(repeating: 0, count: stride)
      add(image, into)
    }
    return (0..<stride).map { entry in
      (0..<count).reduce(0) { $0 + sums.pointer[$1 * stride + entry] }
    }
  }

  /// Calls `body` with every value of `activation` and the input's value at the same place.
  private func forEachPixel(
    _ activation: Activation<Float>, image: Int, _ body: (_ channel: Int, _ value: Float, _ x: Float) -> Void
  ) {
    activation.forEachRow(of: image) { y, row, rowCount in
      let x = input.values.image(image) + input.values.layout.offset(y: y, x: 0)
      for index in 0..<rowCount { body(index % channels, row[index], x[index]) }
    }
  }
}
