import Kernels
import Layers
import Quantization

/// Rounds real numbers, the network's input among them, to integers held as floats, less their zero point.
final class FakeQuantizeActivation: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let quantizer: ActivationQuantizer
  private let profile: NumericProfile
  private let observes: Bool
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute
  private let factor = AlignedBuffer<Float>(count: 1)
  private let slope = AlignedBuffer<Float>(count: 1)

  /// - Parameter observes: whether the scale is chosen for what passes here; it may be another value's.
  init(
    _ quantizer: ActivationQuantizer, profile: NumericProfile, observes: Bool = true, input: FloatValue,
    output: FloatValue, compute: Compute
  ) {
    self.observes = observes
    self.quantizer = quantizer
    self.profile = profile
    self.input = input
    self.output = output
    self.compute = compute
  }

  private var rounding: FakeQuantization {
    let divides = profile.scalingRule == .divide
    return FakeQuantization(
      factor: factor.pointer, isPerColumn: false, divides: divides,
      zeroPoint: divides ? 0 : Float(quantizer.zeroPoint), range: quantizer.range(relu: false))
  }

  /// The scale hangs on the batch.
  func needsBatch(_ mode: FloatMode) -> Bool { true }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    let count = images.count
    if mode == .training && observes && quantizer.wantsRange { observe(count: count) }
    factor.pointer[0] = profile.scalingRule == .divide ? quantizer.scale : 1 / quantizer.scale
    slope.pointer[0] = 1 / quantizer.scale
    let rounding = rounding
    compute.pool.forEach(count) { [self] image in
      input.values.forEachRow(of: image) { y, row, rowCount in
        compute.kernels.fakeQuantize(
          m: 1, n: rowCount, x: row, rounding,
          out: output.values.row(y, of: image))
      }
    }
  }

  var needsBatchBackward: Bool { true }

  func backward(_ images: Range<Int>) {
    let count = images.count
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    let rounding = rounding
    let parts = AlignedBuffer<Double>(count: count)
    compute.pool.forEach(count) { [self] image in
      input.values.forEachRow(of: image) { y, row, rowCount in
        let dy = source.row(y, of: image)
        if quantizer.factor != nil {
          compute.kernels.fakeQuantizeScaleGradient(
            m: 1, n: rowCount, x: row, rounding, dy: dy, sum: parts.pointer + image)
        }
        guard let target = input.gradient else { return }
        compute.kernels.fakeQuantizeBackward(
          m: 1, n: rowCount, x: row, rounding, slope: slope.pointer, dy: dy,
          dx: target.row(y, of: image))
      }
    }
    if observes { quantizer.setGradient(parts.buffer.reduce(0, +)) }
  }

  private func observe(count: Int) {
    var range = emptyRange
    for image in 0..<count {
      input.values.forEachRow(of: image) { _, row, rowCount in
        range = union(range, compute.kernels.range(count: rowCount, x: row))
      }
    }
    quantizer.observe(range)
  }
}

/// Makes real numbers of integers held as floats: x = scale * integer, and back for the gradient.
final class FakeDequantizeActivation: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let quantizer: ActivationQuantizer
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute

  init(_ quantizer: ActivationQuantizer, input: FloatValue, output: FloatValue, compute: Compute) {
    self.quantizer = quantizer
    self.input = input
    self.output = output
    self.compute = compute
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images { scale(image, of: input.values, into: output.values) }
  }

  func backward(_ images: Range<Int>) {
    guard let source = output.gradient, let target = input.gradient else { return }
    for image in images { scale(image, of: source, into: target) }
  }

  private func scale(_ image: Int, of source: Activation<Float>, into target: Activation<Float>) {
    let scale = quantizer.scale
    source.forEachRow(of: image) { y, row, rowCount in
      let to = target.row(y, of: image)
      for index in 0..<rowCount { to[index] = scale * row[index] }
    }
  }
}
