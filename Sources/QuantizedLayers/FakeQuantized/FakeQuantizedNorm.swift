import Kernels
import Layers
import Networks

/// Batch normalization within a fake-quantized convolution: folded into the weight that is rounded, as the integers will
/// have it, while a training batch is still normalized by its own statistics. PyTorch's ConvBn2d does the same.
///
/// Per channel, with running statistics mean and r = 1 / sqrt(var + epsilon), the convolution's bias b, and s what a
/// step of its sums acc is worth, input scale times weight scale:
///
///     k = gamma * r;  W' = W * k is rounded
///     u = acc * s / k                                  the convolution in real numbers, without its bias
///     y = (u - mean(u)) * rb * gamma + beta            rb = 1 / sqrt(var(u) + epsilon), of the batch
///       = (acc + beta / slope - mean(acc)) * slope     slope = s * rb / r
///
/// Where statistics are frozen, and where k is 0, the integers' own arithmetic: slope = s, and the folded bias as the
/// profile rounds it. The bias b stays as it is: a batch's mean takes it out, and beta does the same otherwise.
///
///     dacc = slope * (dy - mean(dy) - xhat * mean(dy * xhat)),  xhat = (acc - mean(acc)) * s / k * rb;  frozen: s * dy
///     dW = dW' * k;  dbeta = sum of dy
///     dgamma = r * sum of dW' W + (1 - epsilon rb^2) * sum of dy xhat;  frozen: the latter (b - mean) * r * sum of dy
///
/// The factor before the sum of dy xhat is what is left of the way through 1 / k in u.
final class FakeQuantizedNorm: @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let gamma: Parameter
  private let beta: Parameter
  private let bias: [Float]
  private var norm: ChannelNorm
  private let panels: WeightPanels
  private let sums: ChannelSums
  private let compute: Compute
  private var channels: [Channel] = []
  /// Whether running statistics stay what they are, and batches are normalized by them.
  var isFrozen = false
  /// W'.
  let folded: AlignedBuffer<Float>

  /// What the last forward pass did to a channel.
  private struct Channel {
    /// k, r and slope.
    var (factor, reciprocal, slope): (Float, Float, Float)
    /// The mean of the batch's sums, and what makes xhat of what lies above it: 0 where frozen.
    var mean: Float = 0
    var spread: Float = 0
    /// What dgamma has of the sums of dy xhat and of dy.
    var (perProduct, perGradient): (Double, Double)
  }

  /// - Parameters:
  ///   - bias: the convolution's.
  ///   - panels: how its weight is cut.
  ///   - capacity: the most images of a batch.
  init(_ norm: ChannelNorm, bias: [Float], panels: WeightPanels, capacity: Int, compute: Compute) {
    self.norm = norm
    self.bias = bias
    self.panels = panels
    self.compute = compute
    gamma = Parameter(norm.gamma)
    beta = Parameter(norm.beta)
    sums = ChannelSums(channels: panels.out, capacity: capacity, compute: compute)
    folded = AlignedBuffer(count: panels.count)
  }

  var parameters: [Parameter] { [gamma, beta] }

  /// The running statistics.
  var kept: [Float] {
    get { norm.statistics }
    set { norm.statistics = newValue }
  }

  /// Folds the weight, given in panels, into `folded`, by the running statistics.
  /// - Returns: the folded bias.
  func fold(_ weight: AlignedBuffer<Float>) -> [Float] {
    norm.gamma = Array(gamma.values.buffer)
    norm.beta = Array(beta.values.buffer)
    let factors = norm.factors
    for channel in factors.indices {
      for k in 0..<panels.inner {
        let index = panels.offset(k, channel)
        folded.pointer[index] = weight.pointer[index] * factors[channel]
      }
    }
    return norm.folded(bias: bias)
  }

  /// Takes in a training batch's sums: where its statistics are to be used, replaces what a step is worth and what is
  /// added to the sums, and moves the running statistics. Follows `fold`.
  func normalize(
    _ acc: Activation<Float>, count: Int, steps: AlignedBuffer<Float>, shifts: AlignedBuffer<Float>
  ) {
    let (factors, reciprocals, means) = (norm.factors, norm.reciprocals, norm.mean)
    channels = factors.indices.map { channel in
      Channel(
        factor: factors[channel], reciprocal: reciprocals[channel], slope: steps.pointer[channel], perProduct: 0,
        perGradient: Double((bias[channel] - means[channel]) * reciprocals[channel]))
    }
    if isFrozen { return }
    let batch = BatchStatistics(of: acc, count: count, sums)
    for (channel, factor) in factors.enumerated() where factor != 0 {
      let unit = Double(steps.pointer[channel]) / Double(factor)
      norm.move(
        channel, mean: batch.mean[channel] * unit + Double(bias[channel]),
        unbiasedVariance: batch.unbiasedVariance[channel] * unit * unit)
      let epsilon = Double(norm.epsilon)
      let reciprocal = 1 / (batch.variance[channel] * unit * unit + epsilon).squareRoot()
      let slope = Double(steps.pointer[channel]) * reciprocal / Double(reciprocals[channel])
      channels[channel].slope = Float(slope)
      channels[channel].mean = Float(batch.mean[channel])
      channels[channel].spread = Float(unit * reciprocal)
      channels[channel].perProduct = 1 - epsilon * reciprocal * reciprocal
      channels[channel].perGradient = 0
      steps.pointer[channel] = Float(slope)
      shifts.pointer[channel] = Float(Double(norm.beta[channel]) / slope - batch.mean[channel])
    }
  }

  /// Turns the gradient by y into that by the sums, in place, and sets those of gamma and beta but for the former's
  /// part that comes by way of the weight.
  func backward(_ acc: Activation<Float>, _ gradient: Activation<Float>, count: Int) {
    let channels = channels
    let total = sums.add(gradient, acc, count: count) { channel, dy, acc, into in
      into.x += Double(dy)
      into.y += Double(dy) * Double((acc - channels[channel].mean) * channels[channel].spread)
    }
    for (channel, sum) in total.enumerated() {
      let state = channels[channel]
      beta.gradient.pointer[channel] = Float(sum.x)
      gamma.gradient.pointer[channel] = Float(state.perProduct * sum.y + state.perGradient * sum.x)
    }
    let population = Double(gradient.population(count: count))
    let meanGradient = zip(channels, total).map { $0.spread == 0 ? 0 : Float($1.x / population) }
    let meanProduct = total.map { Float($0.y / population) }
    compute.pool.forEach(count) { image in
      gradient.forEachRow(of: image) { y, row, rowCount in
        let acc = acc.row(y, of: image)
        for pixel in stride(from: 0, to: rowCount, by: channels.count) {
          for (channel, state) in channels.enumerated() {
            let normalized = (acc[pixel + channel] - state.mean) * state.spread
            let inner = row[pixel + channel] - meanGradient[channel] - normalized * meanProduct[channel]
            row[pixel + channel] = state.slope * inner
          }
        }
      }
    }
  }

  /// Turns the gradient by W' into that by W, in place, and adds what it means for gamma. Follows `backward`.
  func unfold(_ gradient: AlignedBuffer<Float>, weight: AlignedBuffer<Float>) {
    for (channel, state) in channels.enumerated() {
      var sum = 0.0
      for k in 0..<panels.inner {
        let index = panels.offset(k, channel)
        sum += Double(gradient.pointer[index]) * Double(weight.pointer[index])
        gradient.pointer[index] *= state.factor
      }
      gamma.gradient.pointer[channel] += Float(Double(state.reciprocal) * sum)
    }
  }
}
