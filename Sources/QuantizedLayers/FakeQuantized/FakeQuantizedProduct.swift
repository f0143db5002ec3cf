import Kernels
import Layers
import Networks
import Quantization

/// A convolution or linear layer in fine-tuning: the arithmetic of the integer layer in floats, and its gradients by the
/// straight-through estimator.
///
/// Activations are integers less their zero point, weights are integers, both held as floats. With s the scales, W and b
/// the float parameters that training moves:
///
///     acc  = sum of x w                              exact while no partial sum leaves 24 bits
///     v    = f32(f32(acc + bias) * multiplier)       bias and multiplier by the profile's rule
///     y    = clamp(rne(v))                           from 0 on where a ReLU is fused
///     dacc = dy * multiplier where v passes;         dW = dw / sw where W / sw does;   db = sum of dacc / (sx sw)
///
/// The gradient of an activation is that by its integer. With a batch normalization, W and b are what `FakeQuantizedNorm`
/// folds, and a training batch's statistics may stand for bias and sx sw.
final class FakeQuantizedProduct: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let inner: any WeightedFloatStep
  private let sums: FloatValue
  private let weight: Parameter
  private let bias: Parameter?
  private let norm: FakeQuantizedNorm?
  private let weights: WeightQuantizer
  private let profile: NumericProfile
  private let relu: Bool
  private let input: ActivationQuantizer
  private let output: FloatValue
  private let quantizer: ActivationQuantizer
  private let compute: Compute
  private let out: Int
  /// Of each channel: what is added to the sums, what a step of them is worth, that in steps of the output, and what the
  /// gradient by the output is multiplied by.
  private let shifts: AlignedBuffer<Float>
  private let steps: AlignedBuffer<Float>
  private let multipliers: AlignedBuffer<Float>
  private let slopes: AlignedBuffer<Float>

  /// - Parameters:
  ///   - inner: the product of integers into `sums`, without bias and ReLU, holding the float weight.
  ///   - bias: the float bias, nil for none.
  ///   - norm: the batch normalization behind a convolution, nil for none.
  ///   - chosen: learned weight scales to start from, nil to take them from the weight.
  init(
    _ inner: any WeightedFloatStep, sums: FloatValue, bias: [Float]?, norm: ChannelNorm?, scheme: TensorScheme,
    chosen: [Float]?, profile: NumericProfile, relu: Bool, input: ActivationQuantizer, output: FloatValue,
    quantizer: ActivationQuantizer, compute: Compute
  ) {
    self.inner = inner
    self.sums = sums
    let panels = inner.weights.panels
    weight = Parameter(count: panels.count)
    weight.values.pointer.update(from: inner.weights.weight.values.pointer, count: panels.count)
    out = panels.out
    self.norm = norm.map {
      FakeQuantizedNorm(
        $0, bias: bias ?? [], panels: panels, capacity: sums.values.capacity, compute: compute)
    }
    self.bias = norm == nil ? bias.map { Parameter($0) } : nil
    weights = WeightQuantizer(scheme, profile: profile, panels: panels, chosen: chosen, compute: compute)
    self.profile = profile
    self.relu = relu
    self.input = input
    self.output = output
    self.quantizer = quantizer
    self.compute = compute
    shifts = AlignedBuffer(count: out)
    steps = AlignedBuffer(count: out)
    multipliers = AlignedBuffer(count: out)
    slopes = AlignedBuffer(count: out)
  }

  var parameters: [Parameter] {
    [weight] + (bias.map { [$0] } ?? []) + (norm?.parameters ?? []) + (weights.factors.map { [$0] } ?? [])
  }

  /// The running statistics, where there is a normalization, and the starts of learned weight scales.
  var kept: [Float] {
    get { (norm?.kept ?? []) + weights.kept }
    set {
      let statistics = norm?.kept.count ?? 0
      norm?.kept = Array(newValue.prefix(statistics))
      weights.kept = Array(newValue.dropFirst(statistics))
    }
  }

  /// Whether batch normalization keeps its running statistics and uses them.
  var isNormFrozen: Bool {
    get { norm?.isFrozen ?? true }
    set { norm?.isFrozen = newValue }
  }

  /// Weight scales that were learned, nil where they follow from the weight.
  var learnedScales: [Float]? { weights.learned }

  func exported() -> [String: [Float]] {
    let (weight, bias) = folded()
    var values = ["weight": inner.weights.unpacked(weight)]
    values["bias"] = bias
    return values
  }

  /// The weight and the bias that are rounded.
  private func folded() -> (weight: AlignedBuffer<Float>, bias: [Float]?) {
    guard let norm else { return (weight.values, bias.map { Array($0.values.buffer) }) }
    let bias = norm.fold(weight.values)
    return (norm.folded, bias)
  }

  /// Weights are rounded once, and the scale hangs on the batch.
  func needsBatch(_ mode: FloatMode) -> Bool { true }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    let count = images.count
    let (weight, bias) = folded()
    weights.quantize(weight, bias: bias, input: input.scale, into: inner.weights.weight.values)
    inner.prepare()
    let ranges = mode == .training && quantizer.wantsRange ? ColumnRanges(images: count, columns: out) : nil
    compute.forEachShard(of: count) { [self] images in
      inner.forward(images, mode: mode)
      if let ranges { for image in images { track(image, ranges) } }
    }
    for channel in 0..<out {
      let (scale, bias) = (weights.scales[channel], bias?[channel] ?? 0)
      steps.pointer[channel] = input.scale * scale
      shifts.pointer[channel] =
        profile.biasType == .f32
        ? Requantization.floatBias(bias, input: input.scale, weight: scale)
        : Float(Requantization.integerBias(bias, input: input.scale, weight: scale, rule: profile.divisionRule))
    }
    if mode == .training { norm?.normalize(sums.values, count: count, steps: steps, shifts: shifts) }
    if let ranges { observe(ranges) }
    for channel in 0..<out {
      let multiplier = try? Requantization.multiplier(
        step: steps.pointer[channel], output: quantizer.scale, rule: profile.divisionRule)
      // A scale that is no number, or too small, makes the loss NaN: training says that it diverged.
      multipliers.pointer[channel] = multiplier ?? .nan
      slopes.pointer[channel] = norm == nil ? multipliers.pointer[channel] : 1 / quantizer.scale
    }
    let rounding = rounding
    compute.pool.forEach(count) { [self] image in
      sums.values.forEachRow(of: image) { y, row, rowCount in
        compute.kernels.fakeQuantize(
          m: rowCount / out, n: out, x: row, rounding,
          out: output.values.row(y, of: image))
      }
    }
  }

  var needsBatchBackward: Bool { true }

  func backward(_ images: Range<Int>) {
    let count = images.count
    guard let source = output.gradient, let target = sums.gradient else {
      preconditionFailure("this engine was not made for training")
    }
    let rounding = rounding
    let parts = AlignedBuffer<Double>(count: quantizer.factor == nil ? 0 : count * out)
    @Sendable func round(_ image: Int) {
      sums.values.forEachRow(of: image) { y, row, rowCount in
        let dy = source.row(y, of: image)
        if quantizer.factor != nil {
          compute.kernels.fakeQuantizeScaleGradient(
            m: rowCount / out, n: out, x: row, rounding, dy: dy, sum: parts.pointer + image * out)
        }
        compute.kernels.fakeQuantizeBackward(
          m: rowCount / out, n: out, x: row, rounding, slope: slopes.pointer, dy: dy,
          dx: target.row(y, of: image))
      }
    }
    if let norm {
      compute.pool.forEach(count, round)
      norm.backward(sums.values, target, count: count)
      compute.backward([inner], count: count)
    } else {
      compute.backward([inner], count: count) { images in
        for image in images { round(image) }
      }
    }
    quantizer.setGradient(parts.buffer.reduce(0, +))
    weights.backward(
      norm?.folded ?? weight.values, integers: inner.weights.weight.gradient, into: weight.gradient)
    norm?.unfold(weight.gradient, weight: weight.values)
    guard let bias else { return }
    for channel in 0..<out {
      bias.gradient.pointer[channel] = inner.weights.bias.gradient.pointer[channel] / steps.pointer[channel]
    }
  }

  private var rounding: FakeQuantization {
    FakeQuantization(
      bias: shifts.pointer, factor: multipliers.pointer, isPerColumn: true, divides: false, relu: relu,
      range: quantizer.range(relu: relu))
  }

  /// Takes in the extremes of an image's sums.
  private func track(_ image: Int, _ ranges: ColumnRanges) {
    sums.values.forEachRow(of: image) { _, row, rowCount in
      compute.kernels.columnRange(
        m: rowCount / out, n: out, x: row, low: ranges.low.pointer + image * out,
        high: ranges.high.pointer + image * out)
    }
  }

  /// Shows the quantizer the extremes of the real outputs, (acc + shift) * step.
  private func observe(_ ranges: ColumnRanges) {
    var range = emptyRange
    for index in 0..<ranges.low.count {
      let (shift, step) = (shifts.pointer[index % out], steps.pointer[index % out])
      range = union(
        range, ((ranges.low.pointer[index] + shift) * step, (ranges.high.pointer[index] + shift) * step))
    }
    quantizer.observe(relu ? (low: max(range.low, 0), high: max(range.high, 0)) : range)
  }
}

/// The extremes of each column of each image's sums.
private struct ColumnRanges: Sendable {
  let low: AlignedBuffer<Float>
  let high: AlignedBuffer<Float>

  init(images: Int, columns: Int) {
    low = AlignedBuffer(count: images * columns)
    high = AlignedBuffer(count: images * columns)
    low.buffer.update(repeating: .infinity)
    high.buffer.update(repeating: -.infinity)
  }
}
