import Kernels
import Networks

/// Float batch normalization, per channel c over a batch's images and pixels:
///
///     training    y = (x - mean) * r * gamma + beta,  r = 1 / sqrt(var + epsilon), var the biased variance
///     inference   the same with the running mean and variance
///     running     s = s + momentum * (batch - s), with the unbiased variance, as in PyTorch
///     gradient    dx = gamma * r * (dy - mean(dy) - xhat * mean(dy * xhat)),  xhat = (x - mean) * r
///
/// A ReLU may follow. Sums are taken in double, per image and then over images in order.
package final class FloatBatchNorm: FloatStep, @unchecked Sendable {
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
  private let relu: Bool
  /// Whether training too uses the running statistics, and leaves them as they are.
  package var isFrozen = false
  private var usesBatch = false

  init(_ norm: ChannelNorm, relu: Bool, input: FloatValue, output: FloatValue, compute: Compute) {
    self.relu = relu
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

  package var parameters: [Parameter] { [gamma, beta] }

  package var kept: [Float] {
    get { norm.statistics }
    set { norm.statistics = newValue }
  }

  package func exported() -> [String: [Float]] {
    [
      "weight": Array(gamma.values.buffer), "bias": Array(beta.values.buffer), "running_mean": norm.mean,
      "running_var": norm.variance,
    ]
  }

  package func needsBatch(_ mode: FloatMode) -> Bool { true }

  package func forward(_ images: Range<Int>, mode: FloatMode) {
    let count = images.count
    usesBatch = mode == .training && !isFrozen
    if usesBatch {
      let batch = BatchStatistics(of: input.values, count: count, sums)
      for channel in 0..<channels {
        norm.move(channel, mean: batch.mean[channel], unbiasedVariance: batch.unbiasedVariance[channel])
      }
      mean = batch.mean.map { Float($0) }
      reciprocal = norm.reciprocals(of: batch.variance.map { Float($0) })
    } else {
      mean = norm.mean
      reciprocal = norm.reciprocals
    }
    let (mean, reciprocal) = (mean, reciprocal)
    compute.pool.forEach(count) { [self] image in
      input.values.forEachRow(of: image) { y, row, rowCount in
        let target = output.values.row(y, of: image)
        for pixel in stride(from: 0, to: rowCount, by: channels) {
          for channel in 0..<channels {
            let centred = (row[pixel + channel] - mean[channel]) * reciprocal[channel]
            target[pixel + channel] = centred * gamma.values.pointer[channel] + beta.values.pointer[channel]
          }
        }
        if relu { compute.kernels.relu(count: rowCount, x: target) }
      }
    }
  }

  package var needsBatchBackward: Bool { true }

  package func backward(_ images: Range<Int>) {
    let count = images.count
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    if relu { compute.pool.forEach(count) { [self] image in compute.maskByReLU(output, image) } }
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
    // Running statistics are constants: nothing flows back through them.
    let meanGradient = total.map { usesBatch ? Float($0.x / population) : 0 }
    let meanProduct = total.map { usesBatch ? Float($0.y / population) : 0 }
    compute.pool.forEach(count) { [self] image in
      source.forEachRow(of: image) { y, row, rowCount in
        let x = input.values.row(y, of: image)
        let dx = target.row(y, of: image)
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
