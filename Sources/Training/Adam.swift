import Kernels
import Layers

/// Adam (Kingma and Ba, 2015) with PyTorch's constants unless told otherwise: no weight decay, no AMSGrad.
final class Adam {
  private let learningRate: Double
  private let beta1 = 0.9
  private let beta2 = 0.999
  private let epsilon: Float = 1e-8
  /// beta1^t and beta2^t.
  private var power1 = 1.0
  private var power2 = 1.0
  private let parameters: [Parameter]
  private let means: [AlignedBuffer<Float>]
  private let variances: [AlignedBuffer<Float>]
  private let compute: Compute

  /// Numbers that one worker takes at a time.
  private static let block = 65_536

  init(_ parameters: [Parameter], learningRate: Double, compute: Compute) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.compute = compute
    means = parameters.map { AlignedBuffer(count: $0.values.count) }
    variances = parameters.map { AlignedBuffer(count: $0.values.count) }
  }

  /// Moves every parameter by its gradient.
  func step() {
    power1 *= beta1
    power2 *= beta2
    let stepSize = Float(learningRate / (1 - power1))
    let correction = Float((1 - power2).squareRoot())
    for (index, parameter) in parameters.enumerated() {
      let count = parameter.values.count
      let (mean, variance) = (means[index], variances[index])
      compute.pool.forEach((count + Self.block - 1) / Self.block) { [self] block in
        let first = block * Self.block
        compute.kernels.adam(
          count: min(Self.block, count - first), w: parameter.values.pointer + first,
          m: mean.pointer + first, v: variance.pointer + first, g: parameter.gradient.pointer + first,
          oneMinusBeta1: Float(1 - beta1), beta2: Float(beta2), oneMinusBeta2: Float(1 - beta2),
          stepSize: stepSize, sqrtCorrection2: correction, epsilon: epsilon)
      }
    }
  }
}
