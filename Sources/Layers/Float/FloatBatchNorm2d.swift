import Kernels
import Networks

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
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute
  private let channels: Int
  private let gamma: Parameter
  private let beta: Parameter
  private var norm: ChannelNorm
  private var mean: [Float]
  private var reciprocal: [Float]
  private let sums: ChannelSums

  init(_ norm: ChannelNorm, input: FloatValue, output: FloatValue, compute: Compute) {
    self.input = input
    self.output = output
    self.compute = compute
    channels = input.values.layout.image.channels
    gamma = Parameter(norm.gamma)
    beta = Parameter(norm.beta)
    self.norm = norm
    mean = norm.mean
    reciprocal = norm.reciprocals
    sums = ChannelSums(channels: channels, capacity: input.values.capacity, compute: compute)
  }

  var parameters: [Parameter] { [gamma, beta] }

  func exported() -> [String: [Float]] {
    [
      "weight": Array(gamma.values.buffer), "bias": Array(beta.values.buffer), "running_mean": norm.mean,
      "running_var": norm.variance,
    ]
  }

  func needsBatch(_ mode: FloatMode) -> Bool { true }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    let count = images.count
    switch mode {
    case .training:
      let batch = BatchStatistics(of: input.values, count: count, sums)
      for channel in 0..<channels {
        norm.move(channel, mean: batch.mean[channel], unbiasedVariance: batch.unbiasedVariance[channel])
      }
      mean = batch.mean.map { Float($0) }
      reciprocal = norm.reciprocals(of: batch.variance.map { Float($0) })
    case .inference:
      mean = norm.mean
      reciprocal = norm.reciprocals
    }
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

  var needsBatchBackward: Bool { true }

  func backward(_ images: Range<Int>) {
    let count = images.count
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    let (mean, reciprocal) = (mean, reciprocal)
    let total = sums.add(source, input.values, count: count) { channel, dy, x, into in
      into.x += Double(dy)
      into.y += Double(dy) * Double((x - mean[channel]) * reciprocal[channel])
    }
    for channel in 0..<channels {
      beta.gradient.pointer[channel] = Float(total[channel].x)
      gamma.gradient.pointer[channel] = Float(total[channel].y)
    }
    guard let target = input.gradient else { return }
    let population = Double(source.population(count: count))
    let meanGradient = total.map { Float($0.x / population) }
    let meanProduct = total.map { Float($0.y / population) }
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
}
