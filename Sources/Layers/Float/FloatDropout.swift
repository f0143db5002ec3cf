import Kernels
import Networks
import Tensors

/// Dropout: in training each value becomes zero with the probability p, or is divided by 1 - p, and so is its gradient;
/// otherwise values pass.
///
/// Each image of each batch draws from a stream of its own: the same values are left out on any number of threads.
final class FloatDropout: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own; the generator moves between batches.
  private let probability: Double
  private let factor: Float
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute
  private var draws: SeededGenerator
  /// What each value of the last training batch was multiplied by.
  private let factors: Activation<Float>?

  /// - Parameter draws: gives each batch its seed.
  init(_ dropout: Dropout, input: FloatValue, output: FloatValue, draws: SeededGenerator, compute: Compute) {
    probability = Double(dropout.probability)
    factor = 1 / (1 - dropout.probability)
    self.input = input
    self.output = output
    self.draws = draws
    self.compute = compute
    factors =
      output.gradient == nil
      ? nil : Activation(input.values.layout, capacity: input.values.capacity, fill: 0)
  }

  /// A batch has one seed.
  func needsBatch(_ mode: FloatMode) -> Bool { mode == .training }

  func resume(after batches: Int) { for _ in 0..<batches { _ = draws.next() } }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    guard mode == .training, let factors else {
      for image in images { output.values.copy(image, from: input.values) }
      return
    }
    let seed = draws.next()
    compute.pool.forEach(images.count) { [self] image in
      var generator = SeededGenerator(seed: seed, stream: UInt64(image))
      factors.forEachRow(of: image) { y, row, rowCount in
        for index in 0..<rowCount { row[index] = generator.unit() < probability ? 0 : factor }
        multiply(input.values.row(y, of: image), row, count: rowCount, to: output.values.row(y, of: image))
      }
    }
  }

  func backward(_ images: Range<Int>) {
    guard let source = output.gradient, let factors else {
      preconditionFailure("this engine was not made for training")
    }
    guard let target = input.gradient else { return }
    for image in images {
      source.forEachRow(of: image) { y, row, rowCount in
        multiply(row, factors.row(y, of: image), count: rowCount, to: target.row(y, of: image))
      }
    }
  }

  private func multiply(
    _ x: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, count: Int, to y: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count { y[index] = x[index] * factors[index] }
  }
}
