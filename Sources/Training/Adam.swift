import Kernels
import Layers

/// Adam (Kingma and Ba, 2015) with PyTorch's constants unless told otherwise: no weight decay, no AMSGrad.
package final class Adam {
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

  package init(_ parameters: [Parameter], learningRate: Double, compute: Compute) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.compute = compute
    means = parameters.map { AlignedBuffer(count: $0.values.count) }
    variances = parameters.map { AlignedBuffer(count: $0.values.count) }
  }

  /// The moving averages of gradients and of their squares, parameter by parameter.
  var moments: (means: [[Float]], variances: [[Float]]) {
    (means.map { Array($0.buffer) }, variances.map { Array($0.buffer) })
  }

  /// Makes an optimizer that has taken no step what it is after so many.
  /// - Precondition: the moments are those of as many numbers.
  func resume(after steps: Int, moments: (means: [[Float]], variances: [[Float]])) {
    for (own, given) in [(means, moments.means), (variances, moments.variances)] {
      for (buffer, values) in zip(own, given) { _ = buffer.buffer.update(fromContentsOf: values) }
    }
    // As each step did it: a power at once is rounded otherwise.
    for _ in 0..<steps { (power1, power2) = (power1 * beta1, power2 * beta2) }
  }

  /// Moves every parameter by its gradient.
  package func step() {
    power1 *= beta1
    power2 *= beta2
    let constants = AdamConstants(
      oneMinusBeta1: Float(1 - beta1), beta2: Float(beta2), oneMinusBeta2: Float(1 - beta2),
      stepSize: Float(learningRate / (1 - power1)), sqrtCorrection2: Float((1 - power2).squareRoot()),
      epsilon: epsilon)
    for (index, parameter) in parameters.enumerated() {
      let count = parameter.values.count
      let (mean, variance, kernels) = (means[index], variances[index], compute.kernels)
      compute.pool.forEach((count + Self.block - 1) / Self.block) { block in
        let first = block * Self.block
        kernels.adam(
          count: min(Self.block, count - first), w: parameter.values.pointer + first,
          m: mean.pointer + first, v: variance.pointer + first, gradient: parameter.gradient.pointer + first,
          constants)
      }
    }
  }
}
